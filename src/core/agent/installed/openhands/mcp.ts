import { AppError } from '../../../../contract/errors.ts'
import type { AgentMcpServer } from '../../../../contract/harbor/mcp-server.ts'

/** The servers as a part of its configuration, in TOML. */
export function toMcpConfig(servers: readonly AgentMcpServer[]): string {
  const of = (transport: AgentMcpServer['transport']): readonly AgentMcpServer[] =>
    servers.filter((server) => server.transport === transport)
  const lists: readonly (readonly [string, readonly string[]])[] = [
    ['sse_servers', of('sse').map(toAddress)],
    ['shttp_servers', of('streamable-http').map(toAddress)],
    ['stdio_servers', of('stdio').map(toCommand)],
  ]
  const lines = lists.flatMap(([key, entries]) => (entries.length === 0 ? [] : [`${key} = [${entries.join(', ')}]`]))
  return ['[mcp]', ...lines, ''].join('\n')
}

/** AppError `invalid-input` for headers that its configuration has no place for: it sends a key, and nothing else. */
export function refuseHeaders(servers: readonly AgentMcpServer[]): void {
  for (const { name, headers } of servers) {
    const other = Object.entries(headers).find(([header, value]) => keyOf(header, value) === null)
    if (other === undefined) continue
    throw new AppError('invalid-input', `openhands cannot send the header ${other[0]}, which server "${name}" wants`, {
      details: { hint: 'of headers it knows "Authorization": "Bearer …" only' },
    })
  }
}

function keyOf(header: string, value: string): string | null {
  return header.toLowerCase() === 'authorization' ? (/^Bearer\s+(.+)$/is.exec(value)?.[1] ?? null) : null
}

function toAddress({ url, headers }: AgentMcpServer): string {
  const key = Object.entries(headers).map(([header, value]) => keyOf(header, value))[0] ?? null
  return `{url = ${toText(url ?? '')}${key === null ? '' : `, api_key = ${toText(key)}`}}`
}

function toCommand({ name, command, args, env }: AgentMcpServer): string {
  const variables = Object.entries(env).map(([variable, value]) => `${toText(variable)} = ${toText(value)}`)
  const rest = variables.length === 0 ? '' : `, env = {${variables.join(', ')}}`
  return `{name = ${toText(name)}, command = ${toText(command ?? '')}, args = [${args.map(toText).join(', ')}]${rest}}`
}

/** Texts of JSON are texts of TOML, but for one character that TOML wants escaped. */
function toText(text: string): string {
  return JSON.stringify(text).replaceAll('\u007f', String.raw`\u007f`)
}
