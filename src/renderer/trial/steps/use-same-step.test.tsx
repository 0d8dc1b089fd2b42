// @vitest-environment jsdom
import { cleanup, renderHook, waitFor } from '@testing-library/react'
import { afterEach, expect, it } from 'vitest'
import type { StepOutline } from '../../../contract/api/trials.ts'
import type { Outline } from './use-outline.ts'
import { outlineOf } from './step-outline.testing.ts'
import { useSameStep } from './use-same-step.ts'

afterEach(cleanup)

const step = (turn: number, summary: string): StepOutline => outlineOf({ turn, summary })
const EVENTS = [step(1, 'a'), step(1, 'Bash ls'), step(2, 'b'), step(2, 'Bash cat'), step(3, 'c')]
const TRAJECTORY = [step(1, 'a'), step(2, 'b'), step(3, 'c')]

it('finds the step that was looked at once the trajectory tells the steps', async () => {
  const { show, found, isSought } = begin({ outline: toOutline('events', EVENTS), row: 3 })
  expect(isSought()).toBe(false)
  show({ outline: toOutline('trajectory', TRAJECTORY), row: 3 })
  expect(isSought()).toBe(true)
  await waitFor(() => expect(found).toEqual([1]))
  expect(isSought()).toBe(false)
})

it('takes the last one where the trajectory cannot be read', async () => {
  const { show, found } = begin({ outline: toOutline('events', EVENTS), row: 0 })
  const loadPage = async (): Promise<never> => Promise.reject(new Error('away'))
  show({ outline: { ...toOutline('trajectory', TRAJECTORY), loadPage }, row: 0 })
  await waitFor(() => expect(found).toEqual([2]))
})

it('looks for nothing where the end is followed, or what is looked at was chosen in the trajectory', () => {
  const { show, found, isSought } = begin({ outline: toOutline('events', EVENTS), row: 3 })
  show({ outline: toOutline('trajectory', TRAJECTORY), row: null })
  expect(isSought()).toBe(false)
  show({ outline: toOutline('trajectory', TRAJECTORY), row: 3 })
  expect(isSought()).toBe(false)
  expect(found).toEqual([])
})

it('leaves what is chosen while it looks', async () => {
  const { show, found, isSought } = begin({ outline: toOutline('events', EVENTS), row: 3 })
  const asked = Promise.withResolvers<readonly StepOutline[]>()
  show({ outline: { ...toOutline('trajectory', TRAJECTORY), loadPage: async () => asked.promise }, row: 3 })
  expect(isSought()).toBe(true)
  show({ outline: toOutline('trajectory', TRAJECTORY), row: 0 })
  expect(isSought()).toBe(false)
  asked.resolve(TRAJECTORY)
  await asked.promise
  await Promise.resolve()
  expect(found).toEqual([])
})

interface Shown {
  readonly outline: Outline
  readonly row: number | null
}

/** What is shown first; `found` are the rows that were found after that. */
function begin(first: Shown) {
  const found: number[] = []
  const { rerender, result } = renderHook(
    ({ outline, row }: Shown) =>
      useSameStep(outline, row, row === null ? undefined : outline.at(row), (each) => void found.push(each)),
    { initialProps: first },
  )
  return { show: rerender, found, isSought: () => result.current }
}

function toOutline(origin: Outline['origin'], steps: readonly StepOutline[]): Outline {
  return {
    total: steps.length,
    origin,
    issue: null,
    firstError: null,
    error: null,
    at: (row) => steps[row],
    see: () => {},
    loadPage: async (offset) => steps.slice(offset, offset + 100),
    retry: () => {},
  }
}
