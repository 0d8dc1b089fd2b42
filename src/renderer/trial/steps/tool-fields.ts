import type { Language } from '../../components/code-highlighter.ts'

export interface ToolField {
  readonly name: string
  readonly value: string
  readonly language: Language | null
}

/**
 * The arguments of a call one by one, where a text among them has several lines or is a command: in JSON it would be one
 * line full of escapes. Null: they read best as JSON.
 */
export function toFields(json: string): readonly ToolField[] | null {
  const entries = entriesOf(json)
  const isText = ([name, value]: readonly [string, unknown]): boolean =>
    typeof value === 'string' && (value.trimEnd().includes('\n') || COMMANDS.has(name))
  if (entries === null || !entries.some(isText)) return null
  return entries.map(([name, value]) =>
    typeof value === 'string'
      ? { name, value, language: COMMANDS.has(name) ? 'shellscript' : null }
      : { name, value: JSON.stringify(value, null, 2), language: 'json' },
  )
}

const COMMANDS: ReadonlySet<string> = new Set(['command', 'cmd', 'keystrokes', 'script'])
const MAX_FIELDS = 12

function entriesOf(json: string): readonly (readonly [string, unknown])[] | null {
  try {
    const value: unknown = JSON.parse(json)
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return null
    const entries = Object.entries(value)
    return entries.length > MAX_FIELDS ? null : entries
  } catch {
    return null
  }
}
