import { describe, expect, test } from 'vitest'
import { stepOf, STEPS, toScale, toSign } from './cell-look.ts'

describe('steps', () => {
  test('hold about as many values each', () => {
    const scale = toScale([1, 2, 3, 4, 5, 6, 7, 8, 9, 1000])
    expect(scale.bounds).toEqual([2, 4, 6, 8, 1000])
    expect(stepOf(scale, 2)).toBe(0)
    expect(stepOf(scale, 2.5)).toBe(1)
    expect(stepOf(scale, 5000)).toBe(STEPS.length - 1)
  })
  test('two values are the two ends', () => {
    const scale = toScale([0, 1, 1, 0, 1])
    expect(stepOf(scale, 0)).toBe(0)
    expect(stepOf(scale, 1)).toBe(STEPS.length - 1)
  })
  test('one value, or none, is the lightest', () => {
    expect(stepOf(toScale([3, 3]), 3)).toBe(0)
    expect(stepOf(toScale([]), 3)).toBe(0)
  })
})

test.each([
  [0.123, 'cost', '$0.12'],
  [12.34, 'cost', '$12.3'],
  [250, 'cost', '$250'],
  [4200, 'duration', '4.2s'],
  [61_000, 'duration', '61s'],
  [610_000, 'duration', '10m'],
  [7_300_000, 'duration', '2h'],
  [0.3333, 'reward', '0.333'],
] as const)('%d %s is %s', (value, by, sign) => {
  expect(toSign(value, by)).toBe(sign)
})
