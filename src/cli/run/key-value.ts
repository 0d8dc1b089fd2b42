import { usageError } from '../errors.ts'

/** `--ak`, `--ek`: values are JSON where they parse as such (or Python's True, False, None), else text. */
export function parseKwargs(flag: string, items: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(items.map((item) => splitPair(flag, item)).map(([key, value]) => [key, parseValue(value)]))
}

/** `--ae`, `--ve`: values are text, whatever they look like. */
export function parseVariables(flag: string, items: readonly string[]): Record<string, string> {
  return Object.fromEntries(items.map((item) => splitPair(flag, item)))
}

function splitPair(flag: string, item: string): [string, string] {
  const at = item.indexOf('=')
  const key = item.slice(0, at).trim()
  // The value may be a secret: only the part before it is shown.
  if (at < 0 || key === '') throw usageError(`${flag} takes KEY=VALUE, got ${at < 0 ? 'no "="' : 'no key before "="'}`)
  return [key, item.slice(at + 1).trim()]
}

function parseValue(text: string): unknown {
  if (Object.hasOwn(PYTHON_WORDS, text)) return PYTHON_WORDS[text]
  try {
    return JSON.parse(text) as unknown
  } catch {
    return text
  }
}

const PYTHON_WORDS: Readonly<Record<string, unknown>> = { True: true, False: false, None: null }
