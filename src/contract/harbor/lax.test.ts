import { describe, expect, test } from 'vitest'
import type { z } from 'zod'
import { FilePath, Flag, Float, Int, int, Reward, Text, UserName, Uuid } from './lax.ts'
import { float, isHarborFloat } from './number.ts'
import { Moment } from './time.ts'

/** What a schema makes of a value; its message where it refuses. */
function read(schema: z.ZodType, value: unknown): unknown {
  const result = schema.safeParse(value)
  return result.success ? result.data : { refused: result.error.issues[0]?.message }
}

const refused = { refused: anyText() }

function anyText(): unknown {
  return expect.any(String)
}

// Facts about pydantic 2's lax mode, found by asking it.
describe('Float', () => {
  test.each([
    [1, 1],
    [true, 1],
    [float(1), 1],
    [12345678901234567890n, 12345678901234567000],
    ['900', 900],
    [' 2 ', 2],
    ['1_000.5', 1000.5],
    ['1.', 1],
    ['.5', 0.5],
    ['+1e3', 1000],
    ['inf', Number.POSITIVE_INFINITY],
    ['-Infinity', Number.NEGATIVE_INFINITY],
    ['NaN', Number.NaN],
  ])('reads %s', (value, number) => expect(read(Float, value)).toBe(number))

  test.each(['', 'abc', '0x10', '1__0', '_1', '1_', '1 000', null, [1], {}])('refuses %s', (value) =>
    expect(read(Float, value)).toEqual(refused),
  )
})

describe('Int', () => {
  test.each([
    [3, 3],
    [float(1), 1],
    [-0, 0],
    [false, 0],
    ['+5', 5],
    ['1.00', 1],
    ['1_000', 1000],
    ['00012', 12],
  ])('reads %s', (value, number) => expect(read(Int, value)).toBe(number))

  test.each([1.5, '1.5', '1e3', '1.', 'inf', Number.NaN, Number.POSITIVE_INFINITY, null])('refuses %s', (value) =>
    expect(read(Int, value)).toEqual(refused),
  )

  test('keeps to its lower bound', () => {
    expect(read(int(1), 1)).toBe(1)
    expect(read(int(1), 0)).toEqual({ refused: 'expected a whole number of at least 1, got 0' })
  })
})

test.each([
  [true, true],
  [1, true],
  [float(0), false],
  ['YES', true],
  ['off', false],
  ['t', true],
  [2, refused],
  ['1.0', refused],
  [' true ', refused],
  [null, refused],
])('Flag reads %s as %s', (value, flag) => expect(read(Flag, value)).toEqual(flag))

test.each([
  ['1000', '1000'],
  [1000, 1000],
  [float(1), 1],
  [true, 1],
  [1.5, refused],
  [null, refused],
])('UserName reads %s as %s', (value, user) => expect(read(UserName, value)).toEqual(user))

test.each([
  ['/a//b/./c/', '/a/b/c'],
  ['../x/../y', '../x/../y'],
  ['//a/b', '//a/b'],
  ['///a', '/a'],
  ['', '.'],
  ['/', '/'],
  ['tasks\\x', 'tasks\\x'],
])('FilePath reads %j as %j', (path, normal) => expect(read(FilePath, path)).toBe(normal))

test.each([
  ['F7343D7C-EF50-4A44-983A-012CA53A6B94', 'f7343d7c-ef50-4a44-983a-012ca53a6b94'],
  ['f7343d7cef504a44983a012ca53a6b94', 'f7343d7c-ef50-4a44-983a-012ca53a6b94'],
  ['urn:uuid:f7343d7c-ef50-4a44-983a-012ca53a6b94', 'f7343d7c-ef50-4a44-983a-012ca53a6b94'],
  ['{f7343d7c-ef50-4a44-983a-012ca53a6b94}', 'f7343d7c-ef50-4a44-983a-012ca53a6b94'],
  ['x', refused],
])('Uuid reads %j', (text, uuid) => expect(read(Uuid, text)).toEqual(uuid))

test('Reward keeps whole numbers and floats apart', () => {
  expect(read(Reward, 1)).toBe(1)
  expect(read(Reward, 2n ** 70n)).toBe(2n ** 70n)
  for (const value of [float(1), true, '1']) expect(isHarborFloat(read(Reward, value))).toBe(true)
  expect(read(Reward, null)).toEqual(refused)
})

test.each([
  ['2026-11-21T04:09:57.928041Z', true],
  ['2026-11-21T04:09:57.871479', true],
  ['2026-11-21 04:09', true],
  ['2026-11-21', true],
  ['2026-11-21T04:09:57,5+0200', true],
  ['2026-02-30', false],
  ['2026-11-21T24:00:00', false],
  ['20261121T040957', false],
  ['', false],
])('Moment takes %j: %j', (text, taken) => expect(Moment.safeParse(text).success).toBe(taken))

test('Moment converts seconds and milliseconds since 1970', () => {
  expect(read(Moment, 1_700_000_000)).toBe('2023-11-14T22:13:20.000Z')
  expect(read(Moment, '1700000000000')).toBe('2023-11-14T22:13:20.000Z')
})

test('messages say what stood there, and cut what is long', () => {
  expect(read(Text, 5)).toEqual({ refused: 'expected text, got 5' })
  expect(read(Text, undefined)).toEqual({ refused: 'is missing: expected text' })
  expect(read(Int, 'x'.repeat(99))).toEqual({ refused: `expected a whole number, got "${'x'.repeat(35)}…` })
})
