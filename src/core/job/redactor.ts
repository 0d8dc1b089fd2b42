import { z } from 'zod'
import { JobEventBody, TrialEventBody } from '../../contract/events.ts'
import { Timestamp, TrialRecord } from '../../contract/trial.ts'

/** What stands in text where a secret was. */
export const REDACTED_TEXT = '[REDACTED]'

/** Replaces known secret values in text. */
export interface Redactor {
  /** Every form of every secret that is looked for, longest first; empty: nothing to do. */
  readonly needles: readonly string[]
  /** Plain text: the leftmost secret first, of several at one place the longest. */
  text(text: string): string
  /** JSON or lines of JSON: only inside strings, so that it stays JSON and every number stays as it is written. */
  json(text: string): string
}

/**
 * Looks for each secret as it is, JSON-escaped (once, twice, in ASCII), and with the line ends of a terminal. A value
 * that is a word of our own file formats (`completed`) is not looked for: it stands in every file anyway.
 */
export function createRedactor(secrets: readonly string[]): Redactor {
  const needles = [...new Set(secrets.filter(isUsable).flatMap(formsOf))].sort((a, b) => b.length - a.length)
  if (needles.length === 0) return { needles, text: (text) => text, json: (text) => text }
  const source = needles.map((needle) => needle.replaceAll(/[$()*+.?[\\\]^{|}]/g, String.raw`\$&`)).join('|')
  const any = new RegExp(source)
  const every = new RegExp(source, 'g')
  const text = (value: string): string => value.replaceAll(every, REDACTED_TEXT)
  return {
    needles,
    text,
    json: (value) => (any.test(value) ? mapStrings(value, (token) => redactToken(token, text)) : value),
  }
}

/** Passes every string literal of a JSON text through `map`. By hand: a regular expression gives up on long strings. */
function mapStrings(json: string, map: (token: string) => string): string {
  let mapped = ''
  let at = 0
  for (let open = json.indexOf('"'); open !== -1; open = json.indexOf('"', at)) {
    const end = endOfString(json, open)
    mapped += json.slice(at, open) + map(json.slice(open, end))
    at = end
  }
  return mapped + json.slice(at)
}

function endOfString(json: string, open: number): number {
  for (let close = json.indexOf('"', open + 1); close !== -1; close = json.indexOf('"', close + 1)) {
    let backslashes = 0
    while (json[close - 1 - backslashes] === '\\') backslashes += 1
    if (backslashes % 2 === 0) return close + 1
  }
  return json.length
}

function redactToken(token: string, redact: (text: string) => string): string {
  const value = parseString(token)
  if (value === null || Timestamp.safeParse(value).success) return token
  const redacted = redact(value)
  return redacted === value ? token : JSON.stringify(redacted)
}

function parseString(token: string): string | null {
  try {
    const value: unknown = JSON.parse(token)
    return typeof value === 'string' ? value : null
  } catch {
    return null
  }
}

function formsOf(secret: string): readonly string[] {
  const once = JSON.stringify(secret).slice(1, -1)
  const twice = JSON.stringify(once).slice(1, -1)
  const ascii = once.replaceAll(/[\u0080-\uffff]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`)
  return [secret, once, twice, ascii, secret.replaceAll(/\r?\n/g, '\r\n')]
}

function isUsable(secret: string): boolean {
  if (secret.trim() === '') return false
  return !/^[a-z][a-zA-Z._-]*$/.test(secret) || !formatWords().some((word) => word.includes(secret))
}

/** Property names and closed values of our own formats. */
function formatWords(): readonly string[] {
  return [JobEventBody, TrialEventBody, TrialRecord].flatMap((schema) => wordsOf(z.toJSONSchema(schema)))
}

function wordsOf(node: unknown): readonly string[] {
  if (Array.isArray(node)) return node.flatMap(wordsOf)
  if (typeof node === 'string') return [node]
  if (typeof node !== 'object' || node === null) return []
  return Object.entries(node).flatMap(([key, value]) => [key, ...wordsOf(value)])
}
