import type { StepOutline } from '../../../../contract/api/trials.ts'

type Outlined = Pick<StepOutline, 'kind' | 'summary' | 'isError'>

/** A line of the comparison: a step of each side, or of one alone. `same`: both say the same in one line, and went alike. */
export interface StepPair<Step extends Outlined> {
  readonly a: Step | null
  readonly b: Step | null
  readonly same: boolean
}

/** Beyond this many pairs of steps the exact way would take too long: steps are then paired by their position. */
const MAX_CELLS = 4_000_000

/**
 * Steps of two trials beside each other. Steps that say the same, in the same order, are on one line; what lies between
 * them is set side by side from its start.
 */
export function alignSteps<Step extends Outlined>(a: readonly Step[], b: readonly Step[]): readonly StepPair<Step>[] {
  const matches = a.length * b.length > MAX_CELLS ? matchByPosition(a, b) : matchLongest(a, b)
  const pairs: StepPair<Step>[] = []
  let [fromA, fromB] = [0, 0]
  for (const [atA, atB] of [...matches, [a.length, b.length] as const]) {
    const [stepsA, stepsB] = [a.slice(fromA, atA), b.slice(fromB, atB)]
    for (let row = 0; row < Math.max(stepsA.length, stepsB.length); row += 1) {
      pairs.push({ a: stepsA[row] ?? null, b: stepsB[row] ?? null, same: false })
    }
    const [stepA, stepB] = [a[atA], b[atB]]
    if (stepA !== undefined && stepB !== undefined)
      pairs.push({ a: stepA, b: stepB, same: stepA.isError === stepB.isError })
    fromA = atA + 1
    fromB = atB + 1
  }
  return pairs
}

/** How many steps from the start say the same. */
export function samePrefix(a: readonly Outlined[], b: readonly Outlined[]): number {
  const end = Math.min(a.length, b.length)
  for (let index = 0; index < end; index += 1) if (!isSame(a[index], b[index])) return index
  return end
}

function isSame(a: Outlined | undefined, b: Outlined | undefined): boolean {
  return a !== undefined && b !== undefined && a.kind === b.kind && a.summary === b.summary
}

function matchByPosition(a: readonly Outlined[], b: readonly Outlined[]): readonly (readonly [number, number])[] {
  return a.flatMap((step, index) => (isSame(step, b[index]) ? [[index, index] as const] : []))
}

/** Positions of the longest common subsequence. */
function matchLongest(a: readonly Outlined[], b: readonly Outlined[]): readonly (readonly [number, number])[] {
  const width = b.length + 1
  // lengths[i * width + j]: of the longest one of what follows a[i] and b[j].
  const lengths = new Uint16Array((a.length + 1) * width)
  const at = (i: number, j: number): number => lengths[i * width + j] ?? 0
  for (let i = a.length - 1; i >= 0; i -= 1) {
    for (let j = b.length - 1; j >= 0; j -= 1) {
      lengths[i * width + j] = isSame(a[i], b[j]) ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1))
    }
  }
  const matches: (readonly [number, number])[] = []
  let [i, j] = [0, 0]
  while (i < a.length && j < b.length) {
    if (isSame(a[i], b[j])) matches.push([i++, j++])
    else if (at(i + 1, j) >= at(i, j + 1)) i += 1
    else j += 1
  }
  return matches
}
