import { float, type HarborNumber, isHarborFloat, toNumber } from '../../contract/harbor/number.ts'

/**
 * A JSON value with the kinds of its numbers: tagged floats are written as floats, whole numbers as integers, other
 * numbers as floats. A Map is an object in its own order, also where its keys look like numbers.
 */
export type HarborJson =
  | null
  | boolean
  | string
  | HarborNumber
  | readonly HarborJson[]
  | ReadonlyMap<string, HarborJson>
  | { readonly [key: string]: HarborJson }

export interface JsonStyle {
  /** Spaces per level; Harbor's files have 4, its manifest 2. */
  readonly indent?: number
  /** Writes everything but ASCII as `\uXXXX`, as Harbor's manifest does. */
  readonly ascii?: boolean
}

/** JSON text as Harbor writes it, without a final newline. Numbers that are not finite become null, as with Harbor. */
export function toHarborJson(value: HarborJson, { indent = 4, ascii = false }: JsonStyle = {}): string {
  const text = write(value, '\n', ' '.repeat(indent))
  return ascii ? text.replaceAll(/[^\n -~]/g, escapeUnit) : text
}

/**
 * Parses JSON and keeps what JavaScript alone loses: `1.0` is a tagged float, an integer beyond 2^53 a bigint. Throws
 * SyntaxError, also for NaN, Infinity and numbers beyond the range of a double.
 */
export function parseHarborJson(text: string): HarborJson {
  try {
    const value: unknown = JSON.parse(text, (_key, part: unknown, context?: { source?: string }) =>
      typeof part === 'number' ? parseNumber(part, context?.source ?? String(part)) : part,
    )
    return isHarborJson(value) ? value : null
  } catch (error) {
    if (error instanceof RangeError) throw new SyntaxError('the JSON is nested too deep', { cause: error })
    throw error
  }
}

/** A float as it stands in a file's values: `1.0`, `0.00001`, `1e-6`, `1e+16`. */
function formatFloat(value: number): string {
  return formatDouble(value, -5, (exponent) => exponent)
}

/** A reward as it stands in the keys of a job's statistics, where Python prints floats its own way: `1`, `1.0`, `1e-05`. */
export function rewardKey(reward: HarborNumber): string {
  if (typeof reward === 'bigint' || (typeof reward === 'number' && Number.isInteger(reward)))
    return formatInteger(reward)
  return formatDouble(toNumber(reward), -4, (exponent) => exponent.padStart(2, '0'))
}

function write(value: HarborJson, newline: string, indent: string): string {
  if (value === null || typeof value === 'boolean') return String(value)
  if (typeof value === 'string') return JSON.stringify(value)
  if (typeof value === 'number' || typeof value === 'bigint' || isHarborFloat(value)) return writeNumber(value)
  const inner = newline + indent
  if (Array.isArray(value))
    return wrap(
      '[',
      value.map((item: HarborJson) => write(item, inner, indent)),
      ']',
      newline,
      inner,
    )
  const entries = value instanceof Map ? [...value] : Object.entries(value)
  const lines = entries.map(
    ([key, item]: [string, HarborJson]) => `${JSON.stringify(key)}: ${write(item, inner, indent)}`,
  )
  return wrap('{', lines, '}', newline, inner)
}

function wrap(open: string, parts: readonly string[], close: string, newline: string, inner: string): string {
  return parts.length === 0 ? open + close : open + inner + parts.join(`,${inner}`) + newline + close
}

function writeNumber(value: HarborNumber): string {
  if (typeof value === 'bigint' || (typeof value === 'number' && Number.isInteger(value))) return formatInteger(value)
  return formatFloat(toNumber(value))
}

function formatInteger(value: number | bigint): string {
  return typeof value === 'bigint' || Number.isSafeInteger(value) ? String(value) : String(BigInt(value))
}

/** Shortest digits that mean the same double: plain from 10^lowest up to 10^16, with an exponent outside. */
function formatDouble(value: number, lowest: number, showExponent: (digits: string) => string): string {
  if (!Number.isFinite(value)) return 'null'
  const [mantissa = '', exponentText = ''] = value.toExponential().split('e')
  const exponent = Number(exponentText)
  if (value !== 0 && (exponent < lowest || exponent >= 16)) {
    return `${mantissa}e${exponent < 0 ? '-' : '+'}${showExponent(String(Math.abs(exponent)))}`
  }
  const plain = placePoint(mantissa.replace(/[-.]/g, ''), exponent)
  return value < 0 || Object.is(value, -0) ? `-${plain}` : plain
}

function placePoint(digits: string, exponent: number): string {
  if (exponent < 0) return `0.${'0'.repeat(-exponent - 1)}${digits}`
  const whole = digits.slice(0, exponent + 1).padEnd(exponent + 1, '0')
  return `${whole}.${digits.slice(exponent + 1) || '0'}`
}

/** Whatever JSON.parse gives, with its numbers replaced. */
function isHarborJson(value: unknown): value is HarborJson {
  return value !== undefined
}

function parseNumber(value: number, source: string): HarborNumber {
  if (!Number.isFinite(value)) throw new SyntaxError(`the number ${source.slice(0, 40)} is out of range`)
  if (/[.e]/i.test(source)) return float(value)
  if (!Number.isSafeInteger(value)) return BigInt(source)
  return value === 0 ? 0 : value
}

function escapeUnit(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`
}
