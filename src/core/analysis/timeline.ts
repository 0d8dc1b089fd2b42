import type { TimelinePoint } from '../../contract/api/stats.ts'
import type { TrialRow } from '../../contract/rows.ts'
import { compareText, groupBy, whoOf } from './group.ts'
import { costOf } from './measured.ts'
import { rateOf } from './rate.ts'

export const TIMELINE_FIELDS = [
  'jobName',
  'agent',
  'model',
  'backend',
  'state',
  'outcome',
  'blame',
  'reward',
  'costUsd',
  'costIsEstimate',
  'startedAt',
] as const satisfies readonly (keyof TrialRow)[]
export type TimelineRow = Pick<TrialRow, (typeof TIMELINE_FIELDS)[number]>

/** One point for each agent and model of each job, by the time at which its first trial started. */
export function toTimeline(rows: readonly TimelineRow[]): TimelinePoint[] {
  const finished = rows.filter(({ state, startedAt }) => state === 'finished' && startedAt !== null)
  return [...groupBy(finished, (row) => `${row.jobName}\0${whoOf(row)}`).values()]
    .flatMap((of) => toPoint(of) ?? [])
    .sort(
      (a, b) =>
        compareText(a.startedAt, b.startedAt) || compareText(a.jobName, b.jobName) || compareText(whoOf(a), whoOf(b)),
    )
}

function toPoint(rows: readonly TimelineRow[]): TimelinePoint | null {
  const [first] = rows
  const startedAt = rows.flatMap((row) => row.startedAt ?? []).reduce((a, b) => (a < b ? a : b), '~')
  if (first === undefined) return null
  const { jobName, agent, model } = first
  return { jobName, agent, model, startedAt, rate: rateOf(rows), ...costOf(rows) }
}
