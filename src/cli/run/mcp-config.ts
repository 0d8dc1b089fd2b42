import { usageError } from '../errors.ts'
import { readConfigFile } from './config-file.ts'
import { isTable, type PlainConfig } from './plain-config.ts'

/**
 * The servers in the files of `--mcp-config`, as an agent's `mcp_servers`: Claude's `.mcp.json` (`mcpServers`, by name) or
 * Harbor's own form (`mcp_servers`, a list or by name, also below `environment`). Harbor drops variables and headers; here a
 * server has them. Other fields are dropped, as in Harbor.
 */
export async function loadMcpServers(files: readonly string[], cwd: string): Promise<readonly PlainConfig[]> {
  const servers = await Promise.all(files.map(async (file) => loadFile(file, cwd)))
  return servers.flat()
}

async function loadFile(file: string, cwd: string): Promise<readonly PlainConfig[]> {
  const config = await readConfigFile('--mcp-config', file, { cwd, formats: ['json', 'yaml', 'toml'] })
  const claudes = config['mcpServers']
  const environment = isTable(config['environment']) ? config['environment']['mcp_servers'] : undefined
  const found = claudes ?? config['mcp_servers'] ?? environment ?? []
  return toList(found, file).map((server) => toServer(server, claudes !== undefined))
}

function toList(found: unknown, file: string): readonly PlainConfig[] {
  const servers = isTable(found)
    ? Object.entries(found).map(([name, server]) => (isTable(server) ? { name, ...server } : server))
    : found
  if (Array.isArray(servers) && servers.every(isTable)) return servers
  throw usageError(`--mcp-config ${file}: every server must be a table`)
}

function toServer(
  { name, transport, type, url, command, args, env, headers }: PlainConfig,
  isClaudes: boolean,
): PlainConfig {
  const implied = isClaudes && typeof command === 'string' && command !== '' ? 'stdio' : undefined
  const fields = { name, transport: transport ?? type ?? implied, url, command, args, env, headers }
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))
}
