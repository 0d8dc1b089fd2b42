import type { McpServerConfig } from '../../../contract/harbor/mcp-server.ts'

/** Servers as `session/new` takes them. */
export function toMcpServers(servers: readonly McpServerConfig[]): readonly object[] {
  return servers.map(({ name, transport, url, command, args }) => {
    if (transport === 'stdio') return { name, command: command ?? '', args, env: [] }
    return { type: transport === 'sse' ? 'sse' : 'http', name, url: url ?? '', headers: [] }
  })
}
