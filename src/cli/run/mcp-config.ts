import { usageError } from '../errors.ts'
import { readConfigFile } from './config-file.ts'
import { listProblems, toServer } from './mcp-server.ts'
import { isTable, type PlainConfig } from './plain-config.ts'

/**
 * The servers in the files of `--mcp-config`, as an agent's `mcp_servers`: Claude's `.mcp.json` (`mcpServers`, by name) or
 * Harbor's own form (`mcp_servers`, a list or by name, also below `environment`). Throws `invalid-input` for a file that
 * speaks of other things only, and for a server that is wrong, with the file, the server and the field.
 */
export async function loadMcpServers(files: readonly string[], cwd: string): Promise<readonly PlainConfig[]> {
  const servers = await Promise.all(files.map(async (file) => loadFile(file, cwd)))
  return servers.flat()
}

async function loadFile(file: string, cwd: string): Promise<readonly PlainConfig[]> {
  const config = await readConfigFile('--mcp-config', file, { cwd, formats: ['json', 'yaml', 'toml'] })
  const flag = `--mcp-config ${file}`
  const asClaudes = 'mcpServers' in config
  return toEntries(findServers(config, flag), flag).map(({ label, server }) => {
    const problems = isTable(server) ? listProblems(server, asClaudes) : ['expected a table']
    if (!isTable(server) || problems.length > 0) throw wrongServer(`${flag}: server ${label}`, problems)
    return toServer(server, asClaudes)
  })
}

/** Where Harbor looks for them, in its order. What says nothing at all says that there are none. */
function findServers(config: PlainConfig, flag: string): unknown {
  const environment = isTable(config['environment']) ? config['environment'] : {}
  const isNamed = 'mcpServers' in config || 'mcp_servers' in config || 'mcp_servers' in environment
  const keys = Object.keys(config)
  if (!isNamed && keys.length > 0) throw noServers(flag, keys)
  return [config['mcpServers'], config['mcp_servers'], environment['mcp_servers']].find(isFilled) ?? []
}

function isFilled(place: unknown): boolean {
  return place !== undefined && place !== null && (typeof place !== 'object' || Object.keys(place).length > 0)
}

interface Entry {
  /** How a message names it. */
  readonly label: string
  readonly server: unknown
}

function toEntries(found: unknown, flag: string): readonly Entry[] {
  if (isTable(found)) {
    return Object.entries(found).map(([name, server]) => {
      return { label: `"${name}"`, server: isTable(server) ? { name, ...server } : server }
    })
  }
  if (!Array.isArray(found)) throw usageError(`${flag}: expected servers by name, or a list of them`)
  return found.map((server: unknown, index) => {
    const name = isTable(server) ? server['name'] : undefined
    return { label: typeof name === 'string' ? `"${name}"` : String(index + 1), server }
  })
}

function noServers(flag: string, keys: readonly string[]): Error {
  return usageError(
    `${flag}: expected "mcpServers", found ${keys
      .slice(0, 5)
      .map((key) => `"${key}"`)
      .join(', ')}`,
    'servers stand under "mcpServers", as in Claude\'s .mcp.json, or under "mcp_servers", as in Harbor',
  )
}

function wrongServer(place: string, problems: readonly string[]): Error {
  return usageError(
    problems.length === 1 ? `${place}: ${problems.join('')}` : [`${place}:`, ...problems].join('\n  '),
    'a server has command, args and env, or url, headers and type (sse or http)',
  )
}
