import type { JobRow, TrialRow } from './ports.ts'

/** Jobs as lists show them: the newest first, then by name. */
export function compareJobRows(a: JobRow, b: JobRow): number {
  return compare(b.startedAt ?? '', a.startedAt ?? '') || compare(a.jobName, b.jobName)
}

/** Trials as lists show them: attempts of one task by one agent stand together. */
export function compareTrialRows(a: TrialRow, b: TrialRow): number {
  return (
    compare(a.jobName, b.jobName) ||
    compare(a.taskName, b.taskName) ||
    compare(a.agent, b.agent) ||
    compare(a.model ?? '', b.model ?? '') ||
    (a.attempt ?? 0) - (b.attempt ?? 0) ||
    compare(a.trialName, b.trialName)
  )
}

/** A job that its files call running is interrupted where no engine holds it. */
export function settleJobRow(row: JobRow, interruptedJobs: ReadonlySet<string>): JobRow {
  return row.state === 'running' && interruptedJobs.has(row.jobName) ? { ...row, state: 'interrupted' } : row
}

/** What a row says of a trial whose job is interrupted. */
export const INTERRUPTED_REASON = 'interrupted: resume runs it'

/** Of a job that no engine holds, no trial runs: what has no result waits for a resume. */
export function settleTrialRow(row: TrialRow, interruptedJobs: ReadonlySet<string>): TrialRow {
  if (row.state === 'finished' || !interruptedJobs.has(row.jobName)) return row
  return { ...row, state: 'queued', startedAt: null, reason: INTERRUPTED_REASON }
}

function compare(a: string, b: string): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}
