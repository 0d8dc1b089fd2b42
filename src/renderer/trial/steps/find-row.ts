import type { StepOutline } from '../../../contract/api/trials.ts'

export const PAGE = 100

/**
 * Position in a list of the first step whose value is at least `wanted`; the last one where none is, null where the
 * list is empty or says nothing of it. Values grow along the list; steps without one are passed over. Asks for few
 * pages, however long the list is.
 */
export async function findRow(
  total: number,
  loadPage: (offset: number) => Promise<readonly StepOutline[]>,
  valueOf: (step: StepOutline) => number | null,
  wanted: number,
): Promise<number | null> {
  let low = 0
  let high = Math.ceil(total / PAGE) - 1
  while (low < high) {
    const middle = Math.floor((low + high) / 2)
    const last = lastValue(await loadPage(middle * PAGE), valueOf)
    if (last === null) return null
    if (last < wanted) low = middle + 1
    else high = middle
  }
  if (high < 0) return null
  const steps = await loadPage(low * PAGE)
  const at = steps.findIndex((step) => (valueOf(step) ?? Number.NEGATIVE_INFINITY) >= wanted)
  if (at >= 0) return low * PAGE + at
  return lastValue(steps, valueOf) === null ? null : low * PAGE + steps.length - 1
}

function lastValue(steps: readonly StepOutline[], valueOf: (step: StepOutline) => number | null): number | null {
  return steps.reduce<number | null>((last, step) => valueOf(step) ?? last, null)
}
