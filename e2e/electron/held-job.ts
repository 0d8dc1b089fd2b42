import { mkdir } from 'node:fs/promises'
import { recordOf, writeJob } from '../../test/support/stored-job.ts'
import { createClock } from '../../src/node/clock.ts'
import { openJob, type OpenJob } from '../../src/node/fs/job-files.ts'
import { createOwnerId } from '../../src/node/host/owner.ts'

/** A job that has ended: one trial, `a`, with output, events and a record. */
export async function storeJob(jobsDir: string, jobName: string): Promise<void> {
  const job = await createJob(jobsDir, jobName)
  await writeJob(job, jobName, ['a'])
  await job.release()
}

/** A job that goes on in this process, as in another terminal: one trial, `a`, whose agent says what it is told to. */
export interface HeldJob extends AsyncDisposable {
  /** One line of output, and the event that names it. */
  say(line: string): Promise<void>
}

export async function holdJob(jobsDir: string, jobName: string): Promise<HeldJob> {
  const job = await createJob(jobsDir, jobName)
  const journal = await job.openJournal()
  const { trialId, taskName, agent, model, attempt } = recordOf('a')
  await job.writeText('config.json', JSON.stringify({ job_name: jobName }))
  journal.append({
    type: 'job.started',
    jobId: `id of ${jobName}`,
    jobName,
    backend: 'sandbox',
    backendVersion: '1',
    backendReason: null,
    totalTrials: 1,
    finishedTrials: 0,
    concurrency: 1,
    resumed: false,
  })
  journal.append({ type: 'trial.planned', trialId, trialName: 'a', taskName, agent, model, attempt })
  journal.append({ type: 'trial.admitted', trialId, trialName: 'a' })
  await journal.flush()
  const files = job.trial('a')
  const events = await files.openJournal()
  const output = await files.openOutput()
  await files.writeText('config.json', '{}')
  events.append({ type: 'phase.started', phase: 'agent-execution' })
  await events.flush()
  return {
    async say(line) {
      const { from, to } = await output.write(new TextEncoder().encode(`${line}\n`))
      events.append({ type: 'output.written', phase: 'agent-execution', from, to })
      await events.flush()
    },
    async [Symbol.asyncDispose]() {
      await output.close()
      await events.close()
      await journal.close()
      await job.release()
    },
  }
}

async function createJob(jobsDir: string, jobName: string): Promise<OpenJob> {
  await mkdir(jobsDir, { recursive: true })
  const owner = await createOwnerId()
  return openJob(jobsDir, jobName, { mode: 'create', owner, secrets: [], clock: createClock(), index: null })
}
