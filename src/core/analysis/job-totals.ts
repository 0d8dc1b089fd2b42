import type { JobSummary } from '../../contract/api/jobs.ts'
import type { TrialRow } from '../../contract/rows.ts'
import { isJudged } from '../job/outcome.ts'
import { compareText } from './group.ts'
import { costOf, sumOf } from './measured.ts'

/** What the trials of a job came to so far. */
export type JobTotals = Pick<
  JobSummary,
  | 'models'
  | 'sources'
  | 'tasks'
  | 'counts'
  | 'infrastructureErrors'
  | 'costUsd'
  | 'costIsEstimate'
  | 'inputTokens'
  | 'cachedTokens'
  | 'outputTokens'
> & {
  readonly jobName: string
  readonly resolved: number
  readonly judged: number
  readonly trials: number
}

export function toJobTotals(jobName: string, rows: readonly TrialRow[]): JobTotals {
  return {
    jobName,
    models: names(rows.map(({ model }) => model)),
    sources: names(rows.map(({ source }) => source)),
    tasks: new Set(rows.map(({ taskName }) => taskName)).size,
    counts: countStates(rows),
    infrastructureErrors: rows.filter(({ blame }) => blame === 'infrastructure').length,
    ...costOf(rows),
    inputTokens: sumOf(rows.map(({ inputTokens }) => inputTokens)),
    cachedTokens: sumOf(rows.map(({ cachedTokens }) => cachedTokens)),
    outputTokens: sumOf(rows.map(({ outputTokens }) => outputTokens)),
    resolved: rows.filter(({ outcome }) => outcome === 'success').length,
    judged: rows.filter(isJudged).length,
    trials: rows.length,
  }
}

export const NO_COUNTS: JobTotals['counts'] = {
  queued: 0,
  running: 0,
  success: 0,
  failure: 0,
  timeout: 0,
  error: 0,
  aborted: 0,
  none: 0,
}

function countStates(rows: readonly TrialRow[]): JobTotals['counts'] {
  const counts = { ...NO_COUNTS }
  for (const { state, outcome } of rows) counts[state === 'finished' ? (outcome ?? 'none') : state] += 1
  return counts
}

function names(values: readonly (string | null)[]): string[] {
  return [...new Set(values.flatMap((value) => value ?? []))].sort(compareText)
}
