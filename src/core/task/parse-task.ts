import { parse, TomlError } from 'smol-toml'
import { TaskConfig } from '../../contract/harbor/task-config.ts'
import { toSchemaIssues } from '../schema-issues.ts'
import type { TaskIssue } from './task.ts'

export type TaskConfigResult =
  | { readonly ok: true; readonly config: TaskConfig }
  | { readonly ok: false; readonly issues: readonly TaskIssue[] }

const FILE = 'task.toml'

/** The configuration in the text of a task.toml, or everything that is wrong with it. Never throws. */
export function parseTaskConfig(text: string): TaskConfigResult {
  const document = parseToml(text)
  if (!document.ok) return { ok: false, issues: [{ file: FILE, key: null, message: document.problem }] }
  const result = TaskConfig.safeParse(document.value)
  if (result.success) return { ok: true, config: result.data }
  const issues = toSchemaIssues(result.error).map(({ path, message }) => ({ file: FILE, key: showKey(path), message }))
  return { ok: false, issues }
}

type TomlResult = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly problem: string }

function parseToml(text: string): TomlResult {
  if (text.startsWith('\ufeff'))
    return { ok: false, problem: 'begins with a byte order mark; save it as UTF-8 without one' }
  try {
    // Any line ending is a line ending; integers of any size are read, as Harbor reads them.
    const lines = text.includes('\r') ? text.replaceAll(/\r\n?/g, '\n') : text
    const table = parse(lines, { integersAsBigInt: 'asNeeded' })
    // Dates are rare, and looking for them in the values is not free.
    if (!/\d\d[-:]\d\d/.test(text)) return { ok: true, value: table }
    const { metadata, ...sections } = table
    const free = metadata === undefined ? {} : { metadata: mapDates(metadata, (date) => date.toISOString()) }
    return { ok: true, value: { ...mapTable(sections, () => DATE), ...free } }
  } catch (error) {
    return { ok: false, problem: describe(error) }
  }
}

/** Stands for dates and times where no key takes one: as objects they would pass for tables. */
const DATE = Symbol('a date or time')

function mapDates(value: unknown, map: (date: Date) => unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (value instanceof Date) return map(value)
  return Array.isArray(value) ? value.map((item: unknown) => mapDates(item, map)) : mapTable(value, map)
}

function mapTable(table: object, map: (date: Date) => unknown): Record<string, unknown> {
  return Object.fromEntries(Object.entries(table).map(([key, item]) => [key, mapDates(item, map)]))
}

/** Line, column and reason; the parser's excerpt of the file is left out. */
function describe(error: unknown): string {
  if (error instanceof TomlError) {
    const reason = error.message.replace(/^Invalid TOML document: /, '').split('\n')[0]
    return `line ${error.line}, column ${error.column}: not valid TOML: ${reason}`
  }
  return `not valid TOML: ${error instanceof Error ? error.message : String(error)}`
}

/** `environment.mcp_servers[0].url`; null for the document as a whole. */
function showKey(path: readonly (string | number)[]): string | null {
  const key = path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${part}`)).join('')
  return key === '' ? null : key.replace(/^\./, '')
}
