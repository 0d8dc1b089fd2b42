import { z } from 'zod'
import { Nothing } from './common.ts'
import { procedure, topic } from './define.ts'

const Value = z.union([z.string(), z.number(), z.boolean(), z.array(z.string()), z.null()])
export type SettingValue = z.infer<typeof Value>

/** One setting: what it is, and what it is now. */
export const Setting = z.object({
  /** `group.name`, e.g. `execution.concurrency`. */
  key: z.string(),
  group: z.enum(['execution', 'containers', 'logging', 'paths', 'appearance']),
  label: z.string(),
  /** One sentence. */
  help: z.string(),
  type: z.enum(['integer', 'number', 'boolean', 'choice', 'text', 'path', 'list']),
  choices: z.array(z.object({ value: z.string(), label: z.string() })),
  min: z.number().nullable(),
  max: z.number().nullable(),
  unit: z.string().nullable(),
  /** Null is a value of its own, with this name ("never", "as the task says"). */
  nullLabel: z.string().nullable(),
  default: Value,
  value: Value,
  /** `run`: the start of this engine named it. */
  source: z.enum(['default', 'file', 'environment', 'run']),
  /** The variable that overrides it. */
  variable: z.string(),
})
export type Setting = Readonly<z.infer<typeof Setting>>

export const SettingsState = z.object({
  settings: z.array(Setting),
  /** Where they are kept, absolute. */
  file: z.string(),
  /** What of the file could not be used, and what was done about it. */
  issues: z.array(z.string()),
})
export type SettingsState = Readonly<z.infer<typeof SettingsState>>

/** A key of a provider. Its value is written and never read back. */
export const SecretState = z.object({
  /** The variable that programs read, e.g. `ANTHROPIC_API_KEY`. */
  name: z.string(),
  label: z.string(),
  isSet: z.boolean(),
  source: z.enum(['environment', 'store']).nullable(),
  /** Where the store keeps it, for people: "the system's keychain", "a file that only you can read". */
  storedIn: z.string(),
})
export type SecretState = Readonly<z.infer<typeof SecretState>>

export const settingsProcedures = {
  'settings.list': procedure(Nothing, SettingsState),
  'settings.set': procedure(z.object({ key: z.string(), value: Value }), SettingsState),
  'settings.reset': procedure(z.object({ key: z.string() }), SettingsState),
  'secrets.list': procedure(Nothing, z.array(SecretState)),
  'secrets.set': procedure(z.object({ name: z.string().min(1), value: z.string().min(1) }), z.array(SecretState)),
  'secrets.remove': procedure(z.object({ name: z.string().min(1) }), z.array(SecretState)),
} as const

export const settingsTopics = {
  'settings.changes': topic(Nothing, SettingsState),
} as const
