import type { AgentMcpServer } from '../../../contract/harbor/mcp-server.ts'

/** Servers as `session/new` takes them. */
export function toMcpServers(servers: readonly AgentMcpServer[]): readonly object[] {
  return servers.map(({ name, transport, url, command, args, env, headers }) => {
    if (transport === 'stdio') return { name, command: command ?? '', args, env: toPairs(env) }
    return { type: transport === 'sse' ? 'sse' : 'http', name, url: url ?? '', headers: toPairs(headers) }
  })
}

function toPairs(values: Readonly<Record<string, string>>): readonly object[] {
  return Object.entries(values).map(([name, value]) => ({ name, value }))
}
