import { usageError } from '../errors.ts'

/** A job configuration as it stands in YAML or JSON, before its schema has seen it. */
export type PlainConfig = Readonly<Record<string, unknown>>

export function isTable(value: unknown): value is PlainConfig {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The table at `key`; empty where there is none. */
export function tableAt(config: PlainConfig, key: string): PlainConfig {
  const value = config[key]
  if (value === undefined || value === null) return {}
  if (isTable(value)) return value
  throw usageError(`config key ${key}: expected a table`)
}

/** The list of tables at `key`, or `fallback` where there is none. */
export function tablesAt(config: PlainConfig, key: string, fallback: readonly PlainConfig[]): readonly PlainConfig[] {
  const value = config[key]
  if (value === undefined) return fallback
  if (Array.isArray(value) && value.every(isTable)) return value
  throw usageError(`config key ${key}: expected a list of tables`)
}
