import { z } from 'zod'
import { TextMap, TextValues } from './lax.ts'

/** Variables for an agent or a verifier. The writer leaves them out while there are none, and hides secret values. */
export const EnvMap = TextValues.meta({ omitEmpty: true, sensitive: true })

/** The same for environments, where older files have a list of `KEY=VALUE`. */
export const EnvironmentEnvMap = z
  .preprocess<unknown, typeof TextMap, Record<string, string>>(mapFromList, TextMap)
  .default(() => ({}))
  .meta({ omitEmpty: true, sensitive: true })

function mapFromList(value: unknown): unknown {
  if (!Array.isArray(value)) return value
  const entries = value.map((item: unknown) => (typeof item === 'string' ? splitAssignment(item) : null))
  return entries.every((entry) => entry !== null) ? Object.fromEntries(entries) : value
}

function splitAssignment(text: string): [string, string] | null {
  const at = text.indexOf('=')
  return at < 0 ? null : [text.slice(0, at).trim(), text.slice(at + 1).trim()]
}
