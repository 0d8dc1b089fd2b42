import { z } from 'zod'
import { expected } from './lax.ts'
import { isHarborFloat, toNumber } from './number.ts'

const DATE = String.raw`\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])`
const CLOCK = String.raw`([01]\d|2[0-3]):[0-5]\d(:[0-5]\d([.,]\d+)?)?`
const ZONE = String.raw`(z|[+-]([01]\d|2[0-3]):?[0-5]\d)?`
const TIME = new RegExp(`^${DATE}([t _]${CLOCK}${ZONE})?$`, 'i')

/** A moment: ISO 8601 with or without an offset. Seconds or milliseconds since 1970 are converted. */
export const Moment = z.preprocess<unknown, z.ZodString, string>(
  toIso,
  z.string({ error: expected('a time') }).refine(isTime, { error: expected('a time such as "2026-01-31T12:00:00Z"') }),
)

export const MomentOrNull = Moment.nullable().default(null)

function isTime(text: string): boolean {
  if (!TIME.test(text)) return false
  const day = text.slice(0, 10)
  const date = new Date(`${day}T00:00:00Z`)
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(day)
}

/** Larger numbers than this are milliseconds: as seconds they would lie 600 years ahead. */
const LARGEST_SECONDS = 2e10

function toIso(value: unknown): unknown {
  const number = typeof value === 'number' || isHarborFloat(value) ? toNumber(value) : decimal(value)
  if (number === null || !Number.isFinite(number)) return value
  const date = new Date(Math.abs(number) > LARGEST_SECONDS ? number : number * 1000)
  return Number.isNaN(date.getTime()) ? value : date.toISOString()
}

function decimal(value: unknown): number | null {
  return typeof value === 'string' && /^[+-]?\d+(\.\d+)?$/.test(value) ? Number(value) : null
}
