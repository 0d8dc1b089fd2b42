import { float, isHarborFloat, toNumber } from './number.ts'

/*
 * What pydantic converts before it checks. A value that it would not convert is returned as it is, for the check to
 * refuse.
 */

export function toFloat(value: unknown): unknown {
  if (typeof value === 'string') return floatFromText(value) ?? value
  return plainNumber(value)
}

export function toInt(value: unknown): unknown {
  if (typeof value === 'string') return intFromText(value) ?? value
  const number = plainNumber(value)
  return Object.is(number, -0) ? 0 : number
}

/** Tagged floats, bigints and booleans as plain numbers; anything else as it is. */
function plainNumber(value: unknown): unknown {
  if (typeof value === 'bigint' || isHarborFloat(value)) return toNumber(value)
  return typeof value === 'boolean' ? Number(value) : value
}

export function toFlag(value: unknown): unknown {
  const plain = typeof value === 'object' || typeof value === 'bigint' ? plainNumber(value) : value
  const word = typeof plain === 'string' ? plain.toLowerCase() : plain
  if (word === 1 || TRUE_WORDS.some((known) => known === word)) return true
  return word === 0 || FALSE_WORDS.some((known) => known === word) ? false : value
}

const TRUE_WORDS = ['1', 'on', 't', 'true', 'y', 'yes']
const FALSE_WORDS = ['0', 'off', 'f', 'false', 'n', 'no']

export function toReward(value: unknown): unknown {
  if (typeof value === 'boolean') return float(Number(value))
  if (typeof value !== 'string') return value
  const number = floatFromText(value)
  return number === null ? value : float(number)
}

/** Decimal text with single underscores between digits, or a word for a number that is not finite. */
function floatFromText(text: string): number | null {
  const trimmed = trim(text)
  const special = /^([+-]?)(inf|infinity|nan)$/i.exec(trimmed)
  if (special !== null) {
    if (special[2]?.toLowerCase() === 'nan') return Number.NaN
    return special[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY
  }
  const plain = withoutUnderscores(trimmed)
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(plain) ? Number(plain) : null
}

function intFromText(text: string): number | null {
  const plain = withoutUnderscores(trim(text))
  return /^[+-]?\d+(\.0+)?$/.test(plain) ? Number(plain) + 0 : null
}

/** As Python strips: a byte order mark is no space, and U+0085 is one. */
function trim(text: string): string {
  let from = 0
  let to = text.length
  while (from < to && isSpace(text.charAt(from))) from += 1
  while (to > from && isSpace(text.charAt(to - 1))) to -= 1
  return text.slice(from, to)
}

function isSpace(char: string): boolean {
  return /^[^\S\ufeff]$/.test(char) || char === '\u0085'
}

function withoutUnderscores(text: string): string {
  return text.replaceAll(/(?<=\d)_(?=\d)/g, '')
}

export function normalizePath(path: string): string {
  const root = /^\/\/(?!\/)/.test(path) ? '//' : path.startsWith('/') ? '/' : ''
  const parts = path.split('/').filter((part) => part !== '' && part !== '.')
  return root + parts.join('/') || '.'
}

export function toUuid(value: unknown): unknown {
  if (typeof value !== 'string') return value
  const bare = value.toLowerCase().replace(/^urn:uuid:/, '')
  const grouped = /^\{(.*)\}$/.exec(bare)?.[1] ?? bare
  return grouped.replace(/^([\da-f]{8})([\da-f]{4})([\da-f]{4})([\da-f]{4})([\da-f]{12})$/, '$1-$2-$3-$4-$5')
}
