import type { TrialRef } from '../../contract/api/common.ts'
import type { RunReader } from '../../core/job/ports.ts'
import { isJobLocked } from '../../node/fs/job-lock.ts'
import { jobFolder } from './job-folder.ts'
import type { LiveTrials } from './live-trials.ts'
import type { OwnJobs } from './own-jobs.ts'

export interface RunningCheckDeps {
  readonly jobsDir: string
  readonly index: Pick<RunReader, 'listTrials' | 'lastEvents'>
  readonly own: Pick<OwnJobs, 'has'>
  readonly live: Pick<LiveTrials, 'hasEnded'>
}

const FOREIGN_CHECK_MS = 2000
/** Events of a job that are looked through for the last one of a trial. */
const LOOKED_AT = 500

/**
 * Whether a trial may still go on: it runs, waits for its turn, or is to be run again. Of a trial that another process
 * runs, the answer may be some seconds old.
 */
export function createRunningCheck(deps: RunningCheckDeps, ref: TrialRef): () => Promise<boolean> {
  let checkedMs = Number.NEGATIVE_INFINITY
  let wasRunning = true
  let looksOver = false

  return async () => {
    if (deps.own.has(ref.jobName)) return !deps.live.hasEnded(ref.jobName, ref.trialName)
    if (!wasRunning || performance.now() - checkedMs <= FOREIGN_CHECK_MS) return wasRunning
    checkedMs = performance.now()
    const isHeld = isJobLocked(jobFolder(deps.jobsDir, ref.jobName))
    const isOver = await hasResult(deps, ref)
    // A retry is announced a moment after the end of the run before it.
    wasRunning = isHeld && !(isOver && looksOver)
    looksOver = isOver
    return wasRunning
  }
}

/** It has one, and is not to be run again. */
async function hasResult({ index }: RunningCheckDeps, { jobName, trialName }: TrialRef): Promise<boolean> {
  const rows = await index.listTrials(jobName)
  const state = rows.find((row) => row.trialName === trialName)?.state ?? 'finished'
  if (state !== 'finished') return false
  const events = await index.lastEvents(jobName, LOOKED_AT)
  const last = events.findLast((event) => 'trialName' in event && event.trialName === trialName)
  return last === undefined || last.type === 'trial.ended' || last.type === 'trial.deleted'
}
