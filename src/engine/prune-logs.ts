import { join } from 'node:path'
import type { TrialRecord } from '../contract/trial.ts'
import type { LogPolicy } from '../core/settings/apply.ts'
import { isJobLocked } from '../node/fs/job-lock.ts'
import { pruneTrial, readTrialRecord } from '../node/fs/prune-trial.ts'
import { directoriesBelow } from '../node/read/safe-read.ts'

const DAY_MS = 24 * 60 * 60 * 1000

/**
 * Removes the logs that are not to be kept, once a job has ended: until then they are shown live. Those of trials that
 * were stopped stay, for a resume goes on in them.
 */
export async function pruneJob(
  jobDirectory: string,
  ended: readonly TrialRecord[],
  { saveOutput, saveTrajectories }: LogPolicy,
  at: string,
): Promise<void> {
  const logs = [...(saveOutput ? [] : (['output'] as const)), ...(saveTrajectories ? [] : (['trajectory'] as const))]
  if (logs.length === 0) return
  for (const { trialName, outcome } of ended) {
    // The job has ended well; that a log is still there must not make it fail.
    if (outcome !== 'aborted') await pruneTrial(join(jobDirectory, trialName), logs, at).catch(() => [])
  }
}

/** Removes the terminal output of trials that ended more than `days` ago. Jobs that run are left alone. How many. */
export async function pruneOldOutput(jobsDir: string, days: number, nowMs: number): Promise<number> {
  const at = new Date(nowMs).toISOString()
  let count = 0
  for (const job of directoriesBelow(jobsDir)) {
    const directory = join(jobsDir, job)
    if (isJobLocked(directory)) continue
    for (const trial of directoriesBelow(directory)) {
      const record = readTrialRecord(join(directory, trial))
      if (record === null || nowMs - Date.parse(record.finishedAt) < days * DAY_MS) continue
      // One that cannot be pruned now is pruned at the next start.
      const logs = await pruneTrial(join(directory, trial), ['output'], at).catch(() => [])
      count += logs.length
    }
  }
  return count
}
