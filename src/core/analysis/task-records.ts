import type { TaskRecord } from '../../contract/api/stats.ts'
import type { TrialRow } from '../../contract/rows.ts'
import { compareText, groupBy } from './group.ts'
import { rateOf } from './rate.ts'

export const TASK_RECORD_FIELDS = [
  'jobName',
  'trialName',
  'taskName',
  'backend',
  'state',
  'outcome',
  'blame',
  'reward',
  'startedAt',
] as const satisfies readonly (keyof TrialRow)[]
export type TaskRecordRow = Pick<TrialRow, (typeof TASK_RECORD_FIELDS)[number]>

const SHOWN = 8

/** How the attempts at each task went, by the tasks' names. */
export function toTaskRecords(rows: readonly TaskRecordRow[]): TaskRecord[] {
  const finished = rows.filter(({ state }) => state === 'finished')
  return [...groupBy(finished, ({ taskName }) => taskName)]
    .map(([taskName, of]) => ({ taskName, rate: rateOf(of), last: newest(of) }))
    .sort((a, b) => compareText(a.taskName, b.taskName))
}

function newest(rows: readonly TaskRecordRow[]): TaskRecord['last'] {
  return rows
    .toSorted((a, b) => compareText(b.startedAt ?? '', a.startedAt ?? '') || compareText(a.trialName, b.trialName))
    .slice(0, SHOWN)
    .map(({ jobName, trialName, outcome }) => ({ jobName, trialName, outcome }))
}
