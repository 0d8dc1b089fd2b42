import { parse, stringify, TomlDate, type TomlTable } from 'smol-toml'
import { AppError } from '../../../../contract/errors.ts'
import type { AgentMcpServer } from '../../../../contract/harbor/mcp-server.ts'
import { unlessEmpty } from '../../mcp/texts.ts'

export interface CodexConfigAsk {
  /** The user's own, TOML or a JSON object; null: none. */
  readonly base: string | null
  readonly baseUrl: string | null
  readonly mcpServers: readonly AgentMcpServer[]
}

/**
 * Text of `config.toml`: the user's, with the address and the servers of this run over it; null where it would be empty.
 * Codex reads the address there and nowhere else. AppError `invalid-input` for a base that is neither TOML nor JSON.
 */
export function toCodexConfig({ base, baseUrl, mcpServers }: CodexConfigAsk): string | null {
  const config = base === null ? {} : parseBase(base)
  if (baseUrl !== null) config['openai_base_url'] = baseUrl
  if (mcpServers.length > 0) config['mcp_servers'] = addServers(config['mcp_servers'], mcpServers)
  return Object.keys(config).length === 0 ? null : stringify(config)
}

function parseBase(text: string): TomlTable {
  try {
    return text.trimStart().startsWith('{') ? parseJsonTable(text) : parse(text)
  } catch (cause) {
    const [reason = ''] = cause instanceof Error ? cause.message.split('\n') : []
    throw refuse(`cannot be read: ${reason}`, cause)
  }
}

/** Through TOML, so that only what it can hold gets in. */
function parseJsonTable(text: string): TomlTable {
  const value: unknown = JSON.parse(text, (key, entry: unknown) => {
    if (entry === null) throw new Error(`TOML has no null, and ${key} is null`)
    return entry
  })
  return parse(stringify(value))
}

function addServers(own: TomlTable[string] | undefined, servers: readonly AgentMcpServer[]): TomlTable {
  if (own !== undefined && !isTable(own)) throw refuse('mcp_servers must be a table')
  const added = servers.map((server, index) => [server.name, toServer(server, index)] as const)
  return { ...own, ...Object.fromEntries(added) }
}

function toServer({ transport, command, args, env, url, headers }: AgentMcpServer, index: number): TomlTable {
  if (transport === 'stdio') return { command: command ?? '', args: [...args], ...unlessEmpty({ env }) }
  const names = Object.keys(headers).map((header, at) => [header, headerVariable(index, at)] as const)
  return { url: url ?? '', ...unlessEmpty({ env_http_headers: Object.fromEntries(names) }) }
}

/** The variables that hold the servers' headers: of all that a server has, Codex takes only these from its environment. */
export function headerVariables(servers: readonly AgentMcpServer[]): Readonly<Record<string, string>> {
  const variables = servers.flatMap(({ transport, headers }, index) =>
    transport === 'stdio' ? [] : Object.values(headers).map((value, at) => [headerVariable(index, at), value] as const),
  )
  return Object.fromEntries(variables)
}

function headerVariable(server: number, header: number): string {
  return `TBCC_MCP_${server + 1}_HEADER_${header + 1}`
}

function isTable(value: TomlTable[string]): value is TomlTable {
  return typeof value === 'object' && !Array.isArray(value) && !(value instanceof TomlDate)
}

function refuse(reason: string, cause?: unknown): AppError {
  return new AppError('invalid-input', `agent codex: setting config: ${reason}`, {
    ...(cause === undefined ? {} : { cause }),
    details: { hint: 'name a config.toml of Codex, or give its settings as a JSON object' },
  })
}
