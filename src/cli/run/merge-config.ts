import { isTable, type PlainConfig } from './plain-config.ts'

/** Lists to which a later file adds; an empty list there takes away what earlier ones said. All else is replaced. */
const ADDITIVE_LISTS: ReadonlySet<string> = new Set([
  'agents',
  'datasets',
  'tasks',
  'metrics',
  'extra_instruction_paths',
  'extra_instructions',
  'retry.include_exceptions',
  'retry.exclude_exceptions',
  'environment.extra_docker_compose',
  'environment.extra_allowed_hosts',
  'verifier.include_logs',
  'verifier.exclude_logs',
  'user_agent.skills',
  'user_agent.extra_allowed_hosts',
  'user_agent.include_logs',
  'user_agent.exclude_logs',
])

/** Two ways to name one thing: a file that uses one takes the other of an earlier file away. */
const ALTERNATIVES: Readonly<Record<string, readonly [string, string]>> = {
  environment: ['type', 'import_path'],
  user_agent: ['name', 'import_path'],
}

/** Several `-c` files as one configuration, the later over the earlier, as Harbor layers them. */
export function mergeConfigs(layers: readonly PlainConfig[]): PlainConfig {
  return layers.reduce<PlainConfig>((base, layer) => mergeTables(base, layer, ''), {})
}

function mergeTables(base: PlainConfig, layer: PlainConfig, path: string): PlainConfig {
  const merged: Record<string, unknown> = withoutAlternative(base, layer, path)
  for (const [key, value] of Object.entries(layer)) {
    merged[key] = mergeValues(merged[key], value, path === '' ? key : `${path}.${key}`)
  }
  return merged
}

function mergeValues(current: unknown, value: unknown, path: string): unknown {
  if (isTable(current) && isTable(value)) return mergeTables(current, value, path)
  const adds = ADDITIVE_LISTS.has(path) && Array.isArray(value) && value.length > 0 && Array.isArray(current)
  return adds ? [...(current as unknown[]), ...(value as unknown[])] : value
}

function withoutAlternative(base: PlainConfig, layer: PlainConfig, path: string): Record<string, unknown> {
  const pair = ALTERNATIVES[path]
  const used = pair?.filter((key) => key in layer) ?? []
  if (pair === undefined || used.length !== 1) return { ...base }
  return Object.fromEntries(Object.entries(base).filter(([key]) => key === used[0] || !pair.includes(key)))
}
