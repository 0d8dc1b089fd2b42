import { join } from 'node:path'
import type { TrialRecord } from '../contract/trial.ts'
import type { OwnerId } from '../core/environment/backend.ts'
import type { LogPolicy } from '../core/settings/apply.ts'
import { isJobLocked, takeJobLock } from '../node/fs/job-lock.ts'
import { hasLog, pruneTrial, readTrialRecord } from '../node/fs/prune-trial.ts'
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

/**
 * Removes the terminal output of trials that ended more than `days` ago. Jobs that run are left alone, and none is run
 * while its trials are pruned. How many.
 */
export async function pruneOldOutput(jobsDir: string, days: number, { nowMs, owner }: PruneDeps): Promise<number> {
  const isOld = ({ finishedAt }: TrialRecord): boolean => nowMs - Date.parse(finishedAt) >= days * DAY_MS
  const at = new Date(nowMs).toISOString()
  let count = 0
  for (const job of directoriesBelow(jobsDir)) {
    const directory = join(jobsDir, job)
    if (isJobLocked(directory) || (await oldOutput(directory, isOld)).length === 0) continue
    // One that somebody runs by now, or whose trials cannot be pruned, is pruned at the next start.
    count += await pruneHeld(directory, isOld, at, await owner()).catch(() => 0)
  }
  return count
}

export interface PruneDeps {
  readonly nowMs: number
  readonly owner: () => Promise<OwnerId>
}

/** Folders of trials whose output may go. */
async function oldOutput(jobDirectory: string, isOld: (record: TrialRecord) => boolean): Promise<readonly string[]> {
  const found: string[] = []
  for (const trial of directoriesBelow(jobDirectory)) {
    const directory = join(jobDirectory, trial)
    const record = readTrialRecord(directory)
    if (record !== null && isOld(record) && (await hasLog(directory, 'output'))) found.push(directory)
  }
  return found
}

/** Looks again under the job's lock: a resume may have had the job in between. */
async function pruneHeld(
  jobDirectory: string,
  isOld: (record: TrialRecord) => boolean,
  at: string,
  owner: OwnerId,
): Promise<number> {
  const lock = await takeJobLock(jobDirectory, owner)
  let count = 0
  try {
    for (const trial of await oldOutput(jobDirectory, isOld)) {
      const logs = await pruneTrial(trial, ['output'], at).catch(() => [])
      count += logs.length
    }
  } finally {
    await lock.release()
  }
  return count
}
