import type { z } from 'zod'
import type { TrialSort } from '../../contract/api/trials.ts'
import type { TrialRow } from '../../contract/rows.ts'
import { compareText } from './group.ts'

/** Trials by one column; what is not known comes last either way, and names decide between equals. */
export function compareTrials(sort: z.output<typeof TrialSort>): (a: TrialRow, b: TrialRow) => number {
  return (a, b) =>
    compareValues(a[sort.column], b[sort.column], sort.descending) ||
    compareText(a.jobName, b.jobName) ||
    compareText(a.trialName, b.trialName)
}

function compareValues(a: string | number | null, b: string | number | null, descending: boolean): number {
  if (a === b) return 0
  if (a === null) return 1
  if (b === null) return -1
  return (a < b ? -1 : 1) * (descending ? -1 : 1)
}
