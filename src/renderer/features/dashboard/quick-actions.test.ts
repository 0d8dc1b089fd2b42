// @vitest-environment jsdom
import { expect, test } from 'vitest'
import { procedures } from '../../../contract/api/api.ts'
import type { JobSummary } from '../../../contract/api/jobs.ts'
import type { TaskSummary } from '../../../contract/api/tasks.ts'
import { startEngine } from '../../client/engine.testing.ts'
import { newestFirst } from '../../stores/newest-first.ts'
import { drawTask } from './draw-task.ts'
import { lastFailed } from './last-failed.ts'

startEngine({
  procedures: { 'tasks.refusals': procedures['tasks.refusals'] },
  topics: {},
  handlers: {
    'tasks.refusals': async ({ backend, directories }) =>
      directories.flatMap((directory) =>
        backend === 'sandbox' && directory !== '/tasks/plain' ? [{ directory, reason: 'it needs a network' }] : [],
      ),
  },
  sources: {},
})

test('the failures to run again are those of the job that started last, in whatever order jobs were told of', () => {
  // The first message has the newest first; what comes later is put after it.
  const jobs = new Map(
    [
      job('older', '2026-03-02T10:00:00Z', 2),
      job('oldest', '2026-03-01T10:00:00Z', 1),
      job('newest', '2026-03-04T10:00:00Z', 0),
      job('newer', '2026-03-03T10:00:00Z', 3),
    ].map((one) => [one.jobName, one]),
  )
  expect(newestFirst(jobs).map(({ jobName }) => jobName)).toEqual(['newest', 'newer', 'older', 'oldest'])
  expect(lastFailed(jobs)?.jobName).toBe('newer')
  expect(lastFailed(new Map())).toBeUndefined()
})

test('a task at random is one that the backend runs', async () => {
  const tasks = [task('networked'), task('compose', ['compose']), task('built'), task('plain')]
  const draws = await Promise.all(
    [0, 0.3, 0.6, 0.99].map(async (at) => drawTask(tasks, 'sandbox', () => at).then((drawn) => drawn?.name)),
  )
  expect(draws).toEqual(['plain', 'plain', 'plain', 'plain'])
  expect((await drawTask(tasks, 'docker', () => 0))?.name).toBe('networked')
  expect((await drawTask(tasks, 'docker', () => 0.99))?.name).toBe('plain')
  expect(await drawTask([task('networked')], 'sandbox')).toBeUndefined()
})

function task(name: string, unsupported: string[] = []): TaskSummary {
  return {
    name,
    shortName: name,
    directory: `/tasks/${name}`,
    difficulty: null,
    category: null,
    tags: [],
    agentTimeoutSec: null,
    verifierTimeoutSec: null,
    cpus: null,
    memoryMb: null,
    network: 'public',
    image: null,
    hasSolution: true,
    unsupported,
  }
}

function job(jobName: string, startedAt: string, failure: number): JobSummary {
  return {
    jobName,
    jobId: jobName,
    startedAt,
    finishedAt: null,
    totalTrials: 4,
    state: 'completed',
    agents: [],
    backend: null,
    pausedMs: 0,
    models: [],
    sources: [],
    tasks: 4,
    counts: { queued: 0, running: 0, success: 1, failure, timeout: 0, error: 0, aborted: 0, none: 0 },
    infrastructureErrors: 0,
    rate: { resolved: 1, total: 4, judged: 4, low: null, high: null },
    costUsd: null,
    costIsEstimate: false,
    inputTokens: null,
    cachedTokens: null,
    outputTokens: null,
    durationMs: null,
    etaMs: null,
    concurrency: null,
    own: true,
  }
}
