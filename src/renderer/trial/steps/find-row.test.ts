import { expect, it } from 'vitest'
import type { StepOutline } from '../../../contract/api/trials.ts'
import { findRow, PAGE } from './find-row.ts'
import { outlineOf } from './step-outline.testing.ts'

const step = (index: number, outputTo: number | null): StepOutline => outlineOf({ index, kind: 'tool', outputTo })

function listOf(steps: readonly StepOutline[]) {
  const asked: number[] = []
  const find = async (wanted: number): Promise<number | null> =>
    findRow(
      steps.length,
      async (offset) => {
        asked.push(offset)
        return steps.slice(offset, offset + PAGE)
      },
      ({ outputTo }) => outputTo,
      wanted,
    )
  return { find, asked }
}

it('finds the step that a position of the output belongs to', async () => {
  const { find } = listOf(Array.from({ length: 1000 }, (_, index) => step(index, (index + 1) * 10)))
  expect(await find(0)).toBe(0)
  expect(await find(10)).toBe(0)
  expect(await find(11)).toBe(1)
  expect(await find(PAGE * 10)).toBe(PAGE - 1)
  expect(await find(PAGE * 10 + 1)).toBe(PAGE)
  expect(await find(4001)).toBe(400)
  expect(await find(1e9)).toBe(999)
})

it('asks for few pages of a long list', async () => {
  const { find, asked } = listOf(Array.from({ length: 340_000 }, (_, index) => step(index, index)))
  expect(await find(123_456)).toBe(123_456)
  expect(asked.length).toBeLessThan(15)
})

it('passes over steps that do not know', async () => {
  const { find } = listOf([step(0, 5), step(1, null), step(2, 9)])
  expect(await find(6)).toBe(2)
  expect(await listOf([step(0, null)]).find(6)).toBeNull()
  expect(await listOf([]).find(6)).toBeNull()
})
