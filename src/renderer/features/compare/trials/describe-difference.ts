import type { TrialRow } from '../../../../contract/rows.ts'
import { MARKS, toMark } from '../../../components/outcome.tsx'
import { plural } from '../../../format/format.ts'
import type { ComparedSteps } from './compared-steps.ts'

type Trial = Pick<TrialRow, 'state' | 'outcome'>

/** `Same until step 7, then success after 23 steps, and failure after 41`. */
export function describeDifference(a: Trial, b: Trial, { sameUntil, pairs, totals, limit }: ComparedSteps): string {
  const [stepsA, stepsB] = totals
  if (stepsA === 0 && stepsB === 0) return 'Neither trial recorded steps'
  const ends = `A: ${wordOf(a)} after ${plural(stepsA, 'step')}, B: ${wordOf(b)} after ${plural(stepsB, 'step')}`
  const cut = limit === null ? '' : `; the first ${limit.toLocaleString('en-US')} steps are compared`
  if (pairs.length === 0) return `The same in all ${plural(sameUntil, 'step')}${cut}; ${ends}`
  return `${sameUntil === 0 ? 'Different from the first step' : `Same until step ${sameUntil}`}; ${ends}${cut}`
}

function wordOf(trial: Trial): string {
  return MARKS[toMark(trial)].label
}
