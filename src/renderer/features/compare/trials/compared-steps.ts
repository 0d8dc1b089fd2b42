import type { TrialRef } from '../../../../contract/api/common.ts'
import type { Step, StepOutline } from '../../../../contract/api/trials.ts'
import { call } from '../../../client/client.ts'
import { alignSteps, samePrefix, type StepPair } from './align-steps.ts'

/** Two trials step by step. */
export interface ComparedSteps {
  /** Steps from the start that are identical, in all that was said, done and returned. */
  readonly sameUntil: number
  /** What follows them. */
  readonly pairs: readonly StepPair<StepOutline>[]
  readonly totals: readonly [number, number]
  /** Only so many of each were compared; null: all. */
  readonly limit: number | null
}

/** More steps than this are more than anybody reads side by side. */
const MAX_STEPS = 6000
const PAGE = 2000
const DETAIL_PAGE = 50

export async function compareSteps(a: TrialRef, b: TrialRef, signal: AbortSignal): Promise<ComparedSteps> {
  const [ofA, ofB] = await Promise.all([loadOutline(a, signal), loadOutline(b, signal)])
  const sameUntil = await countIdentical(a, b, samePrefix(ofA.steps, ofB.steps), signal)
  return {
    sameUntil,
    pairs: alignSteps(ofA.steps.slice(sameUntil), ofB.steps.slice(sameUntil)),
    totals: [ofA.total, ofB.total],
    limit: Math.max(ofA.total, ofB.total) > MAX_STEPS ? MAX_STEPS : null,
  }
}

async function loadOutline(
  ref: TrialRef,
  signal: AbortSignal,
): Promise<{ readonly total: number; readonly steps: readonly StepOutline[] }> {
  const steps: StepOutline[] = []
  for (;;) {
    const page = await call('trials.outline', { ...ref, offset: steps.length, limit: PAGE }, { signal })
    steps.push(...page.steps)
    if (page.steps.length === 0 || steps.length >= Math.min(page.total, MAX_STEPS)) return { total: page.total, steps }
  }
}

/** The outline has one line of a step only: whether steps are really identical is seen from the whole of them. */
async function countIdentical(a: TrialRef, b: TrialRef, candidates: number, signal: AbortSignal): Promise<number> {
  for (let from = 0; from < candidates; from += DETAIL_PAGE) {
    const indices = Array.from({ length: Math.min(DETAIL_PAGE, candidates - from) }, (_, index) => from + index)
    const [ofA, ofB] = await Promise.all(
      [a, b].map(async (ref) => call('trials.steps', { ...ref, indices }, { signal })),
    )
    const different = indices.findIndex((_, at) => !isIdentical(ofA?.[at], ofB?.[at]))
    if (different >= 0) return from + different
  }
  return candidates
}

/** Times, tokens and ids of calls do not count. */
export function isIdentical(a: Step | undefined, b: Step | undefined): boolean {
  return a !== undefined && b !== undefined && toContent(a) === toContent(b)
}

function toContent({ source, message, reasoning, toolCalls, observations }: Step): string {
  return JSON.stringify([
    source,
    message,
    reasoning,
    toolCalls.map(({ name, arguments: given, observation, isError }) => [name, given, observation, isError]),
    observations,
  ])
}
