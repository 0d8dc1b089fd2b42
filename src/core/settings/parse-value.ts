import type { SettingValue } from '../../contract/api/settings.ts'
import type { SettingDefinition } from './definition.ts'

/** A value that fits its setting, or one sentence that says why it does not. */
export type ParsedValue = { readonly value: SettingValue } | { readonly issue: string }

/** Longer texts are no path and no name of anything. */
const MAX_TEXT = 4096
const MAX_ITEMS = 200

/** Checks any JSON value against a setting. */
export function parseValue(setting: SettingDefinition, value: unknown): ParsedValue {
  if (value === null && setting.nullLabel !== null) return { value: null }
  switch (setting.type) {
    case 'boolean':
      return typeof value === 'boolean' ? { value } : refuse(setting, 'must be true or false')
    case 'integer':
    case 'number':
      return parseNumber(setting, value)
    case 'choice':
      return parseChoice(setting, value)
    case 'text':
    case 'path':
      return isText(value) ? { value } : refuse(setting, 'must be a text of one line')
    case 'list':
      return Array.isArray(value) && value.length <= MAX_ITEMS && value.every(isText)
        ? { value: [...new Set(value)] }
        : refuse(setting, `must be a list of at most ${MAX_ITEMS} texts of one line`)
  }
}

/** Reads the text of an environment variable. `none` (and for lists, the empty text) stands for null, or for no items. */
export function parseVariable(setting: SettingDefinition, text: string): ParsedValue {
  if (setting.nullLabel !== null && text === 'none') return { value: null }
  switch (setting.type) {
    case 'boolean':
      return parseValue(setting, FLAGS[text.toLowerCase()] ?? text)
    case 'integer':
    case 'number':
      return parseValue(setting, text.trim() === '' ? text : Number(text))
    case 'list':
      // As the system's own lists of paths; a drive's letter is no item.
      return parseValue(
        setting,
        text.split(/;|(?<!(?:^|[:;])[A-Za-z]):/).filter((item) => item !== ''),
      )
    case 'choice':
    case 'text':
    case 'path':
      return parseValue(setting, text)
  }
}

const FLAGS: Readonly<Record<string, boolean>> = {
  true: true,
  1: true,
  yes: true,
  on: true,
  false: false,
  0: false,
  no: false,
  off: false,
}

function parseNumber(setting: SettingDefinition, value: unknown): ParsedValue {
  const { type, min, max, unit } = setting
  const isRight = typeof value === 'number' && Number.isFinite(value) && (type === 'number' || Number.isInteger(value))
  const isInside = isRight && (min === null || value >= min) && (max === null || value <= max)
  if (isInside) return { value }
  const kind = type === 'integer' ? 'a whole number' : 'a number'
  return refuse(setting, `must be ${kind} from ${min ?? '-∞'} to ${max ?? '∞'}${unit === null ? '' : ` ${unit}`}`)
}

function parseChoice(setting: SettingDefinition, value: unknown): ParsedValue {
  const found = setting.choices.find((choice) => choice.value === value)
  if (found !== undefined) return { value: found.value }
  return refuse(setting, `must be one of ${setting.choices.map((choice) => choice.value).join(', ')}`)
}

function isText(value: unknown): value is string {
  // A line break or another control character in a path is a mistake, or an attack on whoever prints it.
  return typeof value === 'string' && value.trim() !== '' && value.length <= MAX_TEXT && !/\p{Cc}/u.test(value)
}

function refuse({ key, nullLabel }: SettingDefinition, rule: string): ParsedValue {
  return { issue: `${key} ${rule}${nullLabel === null ? '' : `, or null (${nullLabel})`}` }
}
