import { createClock } from '../../src/node/clock.ts'
import { openJob, type OpenJob } from '../../src/node/fs/job-files.ts'
import { createOwnerId } from '../../src/node/host/owner.ts'

/** Makes a job's folder and lets it be filled by the writers of the product, without an index. */
export async function withNewJob(
  jobsDir: string,
  jobName: string,
  fill: (job: OpenJob) => Promise<void>,
): Promise<void> {
  const owner = await createOwnerId()
  const job = await openJob(jobsDir, jobName, { mode: 'create', owner, secrets: [], clock: createClock(), index: null })
  try {
    await fill(job)
  } finally {
    await job.release()
  }
}
