import type { McpServerConfig } from '../../../../contract/harbor/mcp-server.ts'

/** The servers as a part of its configuration, in TOML. */
export function toMcpConfig(servers: readonly McpServerConfig[]): string {
  const of = (transport: McpServerConfig['transport']): readonly McpServerConfig[] =>
    servers.filter((server) => server.transport === transport)
  const lists: readonly (readonly [string, readonly string[]])[] = [
    ['sse_servers', of('sse').map(toAddress)],
    ['shttp_servers', of('streamable-http').map(toAddress)],
    ['stdio_servers', of('stdio').map(toCommand)],
  ]
  const lines = lists.flatMap(([key, entries]) => (entries.length === 0 ? [] : [`${key} = [${entries.join(', ')}]`]))
  return ['[mcp]', ...lines, ''].join('\n')
}

function toAddress({ url }: McpServerConfig): string {
  return `{url = ${toText(url ?? '')}}`
}

function toCommand({ name, command, args }: McpServerConfig): string {
  return `{name = ${toText(name)}, command = ${toText(command ?? '')}, args = [${args.map(toText).join(', ')}]}`
}

/** Texts of JSON are texts of TOML, but for one character that TOML wants escaped. */
function toText(text: string): string {
  return JSON.stringify(text).replaceAll('\u007f', String.raw`\u007f`)
}
