import { expect, test } from 'vitest'
import { AppError } from '../../contract/errors.ts'
import { stampEvent } from '../../core/job/event-line.ts'
import type { Engine, JobObserver, PreparedJob } from '../engine.ts'
import { createOwnJobs } from './own-jobs.ts'

const JOB: PreparedJob = {
  jobName: 'job',
  directory: '/jobs/job',
  backend: { name: 'sandbox', version: '', reason: null },
  config: await import('../../contract/harbor/job-config.ts').then(({ JobConfig }) => JobConfig.parse({})),
  trials: [],
  finishedTrials: 0,
  invalidTasks: [],
  hostVariables: [],
  missingSecrets: [],
  missingKeys: [],
  warnings: [],
  images: [],
  estimate: { diskBytes: 0, freeBytes: null },
}
const full = new AppError('storage-full', 'no space is left')

function begin(observer: JobObserver): void {
  const event = stampEvent(1, '2026-11-21T04:09:57.928041Z', { type: 'job.finished', state: 'completed' })
  if (event.type === 'job.finished') observer.onJobEvent(event)
}

test('a job that cannot begin says why to who started it', async () => {
  const own = createOwnJobs({ run: async () => Promise.reject(full) })
  await expect(own.start(JOB)).rejects.toBe(full)
  expect([own.has('job'), own.failure('job')]).toEqual([false, full])
})

test('that somebody else has the job says nothing of it', async () => {
  const busy = new AppError('busy', 'it is being run')
  const own = createOwnJobs({ run: async () => Promise.reject(busy) })
  await expect(own.start(JOB)).rejects.toBe(busy)
  expect(own.failure('job')).toBeNull()
})

test('a job that fails later as a whole is told by its end, and rejects nothing', async () => {
  const fails = Promise.withResolvers<never>()
  const run: Engine['run'] = async (_job, observer) => {
    begin(observer)
    return fails.promise
  }
  const own = createOwnJobs({ run })
  const ends: unknown[] = []
  own.signals.add((told) => told.kind === 'end' && ends.push(told))
  await own.start(JOB)
  await expect(own.start(JOB)).rejects.toMatchObject({ code: 'busy' })
  fails.reject(full)
  await own.stopAll({ force: false })
  expect(ends).toEqual([{ kind: 'end', jobName: 'job', failure: full }])
  expect(own.failure('job')).toBe(full)
})

test('no job is started any more once all are stopped', async () => {
  const started: string[] = []
  const own = createOwnJobs({
    run: async ({ jobName }) => {
      started.push(jobName)
      return Promise.reject(full)
    },
  })
  await own.stopAll({ force: false })
  await expect(own.start(JOB)).rejects.toMatchObject({ code: 'unsupported' })
  expect([started, own.names()]).toEqual([[], []])
})
