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
export async function settleJobRow(row: JobRow, isHeld: (jobName: string) => Promise<boolean>): Promise<JobRow> {
  if (row.state !== 'running' || (await isHeld(row.jobName))) return row
  return { ...row, state: 'interrupted' }
}

function compare(a: string, b: string): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}
