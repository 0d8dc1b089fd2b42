import './interpreted.ts'
import { z } from 'zod'
import { normalizePath, toFlag, toFloat, toInt, toReward, toUuid } from './coerce.ts'
import { type HarborNumber, isHarborFloat, toNumber } from './number.ts'

/*
 * The value types of Harbor's files. Harbor reads them with pydantic's lax rules: "900" is a number, 1.0 a whole
 * number, "yes" a boolean; text is only ever text. What it converts is converted here, to the same value.
 */

export const Text = z.string({ error: expected('text') })

/** A number, with infinity and NaN: TOML has them and Harbor takes them. */
export const Float = z.preprocess<unknown, z.ZodType<number, number>, number>(
  toFloat,
  plain((value) => typeof value === 'number', 'a number'),
)

export const Int = int()

/** A whole number that is at least `minimum`. */
export function int(minimum = Number.NEGATIVE_INFINITY) {
  const bound = Number.isFinite(minimum) ? ` of at least ${minimum}` : ''
  return z.preprocess<unknown, z.ZodType<number, number>, number>(
    toInt,
    plain(
      (value) => typeof value === 'number' && Number.isInteger(value) && value >= minimum,
      `a whole number${bound}`,
    ),
  )
}

export const Flag = z.preprocess<unknown, z.ZodBoolean, boolean>(
  toFlag,
  z.boolean({ error: expected('true or false') }),
)

/** A user name or uid. Text stays text, also "1000". */
export const UserName = z.preprocess<unknown, z.ZodType<string | number, string | number>, string | number>(
  (value) => (typeof value === 'string' ? value : toInt(value)),
  plain((value) => typeof value === 'string' || Number.isInteger(value), 'a user name or a numeric user id'),
)

/** A path as Python's pathlib prints it: no `.` parts, no doubled or trailing slashes. `..` stays. */
export const FilePath = z.string({ error: expected('a path') }).transform(normalizePath)

/** A UUID in any of its spellings, as lower-case groups. */
export const Uuid = z.preprocess<unknown, z.ZodString, string>(
  toUuid,
  z
    .string({ error: expected('a UUID') })
    .regex(/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/, { error: expected('a UUID') }),
)

/** A key-value map with text values. */
export const TextMap = z.record(z.string(), Text, { error: expected('a table of text values') })

/** The same kinds where a field may be absent or null: null then. */
export const TextOrNull = Text.nullable().default(null)
export const FloatOrNull = Float.nullable().default(null)
export const IntOrNull = Int.nullable().default(null)
export const PathOrNull = FilePath.nullable().default(null)
export const UuidOrNull = Uuid.nullable().default(null)

/** A table whose content nobody checks. */
export const FreeMap = z.record(z.string(), z.unknown(), { error: expected('a table') })

export const TextList = list(Text)

/** Lists and maps that may be absent: empty then. */
export const Texts = TextList.default(() => [])
export const TextValues = TextMap.default(() => ({}))
export const FreeValues = FreeMap.default(() => ({}))

export function list<Item extends z.ZodType>(item: Item) {
  return z.array(item, { error: expected('a list') })
}

/** A list without repeats whose order means nothing. */
export function set<Item extends z.ZodType>(item: Item) {
  return list(item)
    .transform((items) => [...new Set(items)])
    .meta({ unordered: true })
}

export function choice<const Values extends readonly [string, ...string[]]>(values: Values) {
  return z.enum(values, { error: expected(`one of ${values.join(', ')}`) })
}

/** Reads the text in lower case before it is compared. */
export function lowerCase(value: unknown): unknown {
  return typeof value === 'string' ? value.toLowerCase() : value
}

/** A schema that is built when it is first needed: most tasks have no such value, and building it outweighs reading. */
export function rare<Schema extends z.ZodType>(build: () => Schema) {
  return z.lazy(build)
}

/** A table with known keys; others are ignored, as Harbor ignores them. */
export function table<Shape extends z.ZodRawShape>(shape: Shape) {
  return z.object(shape, { error: expected('a table') })
}

/** A table that refuses keys it does not know. */
export function strictTable<Shape extends z.ZodRawShape>(shape: Shape) {
  return z.strictObject(shape, {
    error: (issue) => (issue.code === 'unrecognized_keys' ? undefined : expected('a table')(issue)),
  })
}

/** Makes a refinement of a table or list run beside issues of its parts, so that all of them are found at once. */
export const ALWAYS = { when: ({ value }: { value: unknown }): boolean => typeof value === 'object' && value !== null }

/** A reward: whole numbers and floats stay what they are; booleans and numeric text become floats. */
export const Reward = z.preprocess<unknown, z.ZodType<HarborNumber, HarborNumber>, HarborNumber>(
  toReward,
  plain((value) => typeof value === 'number' || typeof value === 'bigint' || isHarborFloat(value), 'a number'),
)

/** A value that passes the check as it is. A failure does not keep an enclosing table from finding its other issues. */
function plain<Value>(check: (value: unknown) => boolean, what: string): z.ZodType<Value, Value> {
  return z.custom<Value>(check, { error: expected(what), abort: false })
}

/** Words for what stood there instead. Long values are cut: they may be a secret in the wrong place. */
export function expected(what: string): (issue: { input?: unknown }) => string {
  return ({ input }) => (input === undefined ? `is missing: expected ${what}` : `expected ${what}, got ${show(input)}`)
}

function show(value: unknown): string {
  if (value === null) return 'null'
  if (isHarborFloat(value)) return String(toNumber(value))
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'symbol') return value.description ?? 'something else'
  if (typeof value === 'string') return cut(JSON.stringify(value))
  const isPlain = typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean'
  return isPlain ? cut(String(value)) : 'a table'
}

function cut(text: string): string {
  return text.length > 40 ? `${text.slice(0, 36)}…` : text
}
