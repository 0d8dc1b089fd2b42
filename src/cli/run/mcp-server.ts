import { AgentMcpServer } from '../../contract/harbor/mcp-server.ts'
import { nearestName } from '../../core/text/nearest-name.ts'
import type { PlainConfig } from './plain-config.ts'

/** A server of `--mcp-config` as `mcp_servers` has it; fields that it does not know are dropped, as in Harbor. */
export function toServer(
  { name, transport, type, url, command, args, env, headers }: PlainConfig,
  asClaudes: boolean,
): PlainConfig {
  const implied = asClaudes && typeof command === 'string' && command !== '' ? 'stdio' : undefined
  const fields = { name, transport: transport ?? type ?? implied, url, command, args, env, headers }
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))
}

/** What is wrong with it, by field. */
export function listProblems(given: PlainConfig, asClaudes: boolean): readonly string[] {
  const isWhole = issuesOf(given, asClaudes).length === 0
  const meant = new Map(
    Object.keys(given).flatMap((field) => {
      const nearest = FIELDS.includes(field) ? null : nearestName(field, FIELDS, isWhole ? SLIP : SLIPS)
      return nearest === null || nearest in given ? [] : [[field, nearest] as const]
    }),
  )
  const mended = Object.fromEntries(Object.entries(given).map(([field, value]) => [meant.get(field) ?? field, value]))
  return [
    ...[...meant].map(([field, nearest]) => `unknown field ${field}; did you mean ${nearest}?`),
    ...issuesOf(mended, asClaudes),
  ]
}

const FIELDS: readonly string[] = ['name', 'transport', 'type', 'url', 'command', 'args', 'env', 'headers']

/** Other programs have fields of their own (`comment`, `tags`, …): where nothing is missing they are no mistakes. */
const SLIP = 1
const SLIPS = 2

function issuesOf(given: PlainConfig, asClaudes: boolean): readonly string[] {
  const { error } = AgentMcpServer.safeParse(toServer(given, asClaudes))
  return (error?.issues ?? []).map(({ path, message }) => `${path.map(String).join('.')}: ${message}`)
}
