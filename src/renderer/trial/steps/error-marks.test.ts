import { expect, it } from 'vitest'
import { toMarks } from './error-marks.tsx'

it('puts marks to scale, and one where many would cover each other', () => {
  expect(toMarks([0, 50, 99], 100)).toEqual([0, 0.5, 0.99])
  expect(
    toMarks(
      Array.from({ length: 2000 }, (_, row) => row * 170),
      340_000,
    ).length,
  ).toBeLessThanOrEqual(300)
  expect(toMarks([5, 6], 340_000)).toEqual([0])
})
