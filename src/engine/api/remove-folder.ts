import { lstat, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '../../contract/errors.ts'
import type { OwnerId } from '../../core/environment/backend.ts'
import type { Clock, RunWriter } from '../../core/job/ports.ts'
import { openJob } from '../../node/fs/job-files.ts'
import { isJobLocked } from '../../node/fs/job-lock.ts'
import { isRealDirectory } from '../../node/fs/paths.ts'
import { toStorageError } from '../../node/storage-error.ts'
import { jobFolder, trialFolder } from './job-folder.ts'

/** Removes the folder of a job, links in it as links. Codes: busy where it runs, not-found, storage-… */
export async function removeJobFolder(jobsDir: string, jobName: string): Promise<void> {
  const directory = jobFolder(jobsDir, jobName)
  await refuseUnlessIdle(directory, jobName)
  await removeFolder(directory)
}

/**
 * Removes trials of a job that does not run, and says so in its events; archives of replaced runs stay. Codes: busy,
 * not-found, invalid-input, storage-…
 */
export async function removeTrialFolders(
  { jobsDir, owner, clock, index }: RemoveDeps,
  jobName: string,
  trials: readonly { readonly trialName: string; readonly trialId: string }[],
): Promise<void> {
  await refuseUnlessIdle(jobFolder(jobsDir, jobName), jobName)
  for (const { trialName } of trials) {
    if (!(await isRealDirectory(trialFolder(jobsDir, { jobName, trialName }))))
      throw new AppError('not-found', `there is no trial ${trialName} in ${jobName}`)
  }
  const job = await openJob(jobsDir, jobName, { mode: 'existing', owner: await owner(), secrets: [], clock, index })
  try {
    const journal = await job.openJournal()
    for (const { trialName, trialId } of trials) {
      await removeFolder(trialFolder(jobsDir, { jobName, trialName }))
      journal.append({ type: 'trial.deleted', trialId, trialName })
    }
    await journal.close()
  } finally {
    await job.release()
  }
}

export interface RemoveDeps {
  readonly jobsDir: string
  readonly owner: () => Promise<OwnerId>
  readonly clock: Clock
  readonly index: RunWriter
}

/** Throws `busy` where somebody runs the job, `not-found` where it is not there. */
export async function refuseUnlessIdle(directory: string, jobName: string): Promise<void> {
  if (!(await isRealDirectory(directory))) throw new AppError('not-found', `there is no job "${jobName}"`)
  if (!isJobLocked(directory)) return
  throw new AppError('busy', `the job ${jobName} is running`, { details: { hint: 'stop it first' } })
}

/** rm removes a link, never what it leads to. A folder that cannot be listed any more is a reason to tell. */
async function removeFolder(directory: string): Promise<void> {
  try {
    await rm(directory, { recursive: true, maxRetries: 2 })
  } catch (thrown) {
    const isGone = await lstat(join(directory, '.')).then(
      () => false,
      () => true,
    )
    if (!isGone) throw toStorageError(thrown, `remove ${directory}`)
  }
}
