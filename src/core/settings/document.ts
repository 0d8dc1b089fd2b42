import type { SettingValue } from '../../contract/api/settings.ts'
import { findSetting } from './definitions.ts'
import { parseValue } from './parse-value.ts'

/** What the settings file holds. */
export interface SettingsDocument {
  /** Every key of the file that is no setting of this version, kept as it is. */
  readonly unknown: Readonly<Record<string, unknown>>
  /** Values as they stand in the file, those that do not fit included: a mistake is told, not erased. */
  readonly written: Readonly<Record<string, unknown>>
  /** Those of them that fit. */
  readonly values: ReadonlyMap<string, SettingValue>
  readonly issues: readonly string[]
  /** Written by a newer version: it is read as far as it can be, and not replaced. */
  readonly isNewer: boolean
}

const VERSION = 1

/** The newest version's documents; null where the text is no settings document at all. Never throws. */
export function parseDocument(text: string): SettingsDocument | null {
  const json = toObject(parseJson(text))
  if (json === null) return null
  const version = json['version']
  if (version === undefined) return fromObjects(migrateUnversioned(json), [])
  if (typeof version !== 'number' || !Number.isInteger(version) || version < 1) return null
  const isNewer = version > VERSION
  const note = `it was written by a newer version of tbcc (format ${version}): it is read as far as it is understood, and not changed`
  const document = fromObjects(json, isNewer ? [note] : [])
  return { ...document, isNewer }
}

/** The text of a document; keys in the order in which they were written. */
export function formatDocument({ unknown, written }: Pick<SettingsDocument, 'unknown' | 'written'>): string {
  return `${JSON.stringify({ version: VERSION, ...unknown, settings: written }, null, 2)}\n`
}

export const EMPTY_DOCUMENT: SettingsDocument = {
  unknown: {},
  written: {},
  values: new Map(),
  issues: [],
  isNewer: false,
}

function fromObjects(json: Readonly<Record<string, unknown>>, notes: readonly string[]): SettingsDocument {
  const { version: _version, settings, ...unknown } = json
  const written = toObject(settings)
  if (written === null) {
    const issues = settings === undefined ? notes : [...notes, '"settings" is no object and was left out']
    return { ...EMPTY_DOCUMENT, unknown, issues }
  }
  const values = new Map<string, SettingValue>()
  const issues = [...notes]
  for (const [key, value] of Object.entries(written)) {
    const setting = findSetting(key)
    // Of another version, or a user's note: kept, and nobody's business.
    if (setting === undefined) continue
    const parsed = parseValue(setting, value)
    if ('value' in parsed) values.set(key, parsed.value)
    else issues.push(`${parsed.issue}; the default is used`)
  }
  return { unknown, written, values, issues, isNewer: false }
}

/** Keys of the earlier product's settings (`{ execution, logging }`, without a version) that still have a meaning. */
const EARLIER: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  execution: { maxAttempts: 'execution.attempts', timeoutSeconds: 'execution.agentTimeoutSec' },
  logging: {
    saveTrajectories: 'logging.saveTrajectories',
    saveTerminalOutput: 'logging.saveOutput',
    autoPruneDays: 'logging.pruneOutputDays',
  },
}

function migrateUnversioned(json: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const { execution, logging, ...rest } = json
  const moved: Record<string, unknown> = { ...toObject(rest['settings']) }
  const left: Record<string, unknown> = {}
  for (const [group, values] of Object.entries({ execution, logging })) {
    const names = EARLIER[group] ?? {}
    for (const [name, value] of Object.entries(toObject(values) ?? {})) {
      const key = Object.hasOwn(names, name) ? names[name] : undefined
      // Under a name that is none of ours: `model` meant something else then.
      if (key === undefined) left[`earlier.${group}.${name}`] = value
      else moved[key] = value
    }
  }
  return { ...rest, settings: { ...left, ...moved } }
}

function toObject(value: unknown): Readonly<Record<string, unknown>> | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null
  return Object.fromEntries(Object.entries(value))
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
