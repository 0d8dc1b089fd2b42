/*
 * Reading of a line whose shape nobody guarantees, without schemas: a log of a gigabyte is read at the speed of
 * JSON.parse. Everything answers null or nothing for what is not there or not of its kind, and nothing throws.
 */

export type Fields = Readonly<Record<string, unknown>>

/** A JSON object, or null: lists, numbers and text are none. */
export function asRecord(value: unknown): Fields | null {
  return isRecord(value) ? value : null
}

export function recordOf(record: Fields, key: string): Fields | null {
  return asRecord(record[key])
}

/** Null for what is no text; the empty text is text. */
export function textOf(record: Fields, key: string): string | null {
  const value = record[key]
  return typeof value === 'string' ? value : null
}

/** A finite number from 0. */
export function numberOf(record: Fields, key: string): number | null {
  const value = record[key]
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : null
}

/** A whole number from 0, as tokens are counted. */
export function countOf(record: Fields, key: string): number | null {
  const value = record[key]
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : null
}

export function listOf(record: Fields, key: string): readonly unknown[] {
  const value: unknown = record[key]
  return Array.isArray(value) ? value : []
}

/** The objects among the values. */
export function recordsIn(values: readonly unknown[]): readonly Fields[] {
  return values.filter(isRecord)
}

/** The object that a line holds; null where it holds anything else. */
export function parseLine(text: string): Fields | null {
  // Banners and warnings of a CLI are common, and a thrown SyntaxError costs more than a look.
  if (!beginsObject(text)) return null
  try {
    return asRecord(JSON.parse(text))
  } catch {
    return null
  }
}

export interface Complaints {
  add(text: string): void
  list(): readonly string[]
}

/** The last lines that may tell why a run failed: 200 of at most 4,000 characters each. */
export function createComplaints(): Complaints {
  const kept: string[] = []
  return {
    add: (text) => {
      const line = text.trim()
      if (line === '') return
      kept.push(line.slice(0, MAX_COMPLAINT_CHARS))
      if (kept.length > MAX_COMPLAINTS) kept.shift()
    },
    list: () => [...kept],
  }
}

const MAX_COMPLAINTS = 200
const MAX_COMPLAINT_CHARS = 4_000

function isRecord(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function beginsObject(text: string): boolean {
  const first = text.charCodeAt(0)
  return first === OPEN_BRACE || (first <= SPACE && text.trimStart().charCodeAt(0) === OPEN_BRACE)
}

const OPEN_BRACE = 0x7b
const SPACE = 0x20
