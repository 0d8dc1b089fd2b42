import { expect, test } from 'vitest'
import type { JobSummary } from '../../contract/api/jobs.ts'
import { sortJobs } from './sort-jobs.ts'

function job(jobName: string, changes: Partial<JobSummary>): JobSummary {
  return {
    jobName,
    jobId: jobName,
    startedAt: null,
    finishedAt: null,
    totalTrials: 1,
    state: 'completed',
    agents: [],
    backend: null,
    pausedMs: 0,
    models: [],
    sources: [],
    tasks: 1,
    counts: { queued: 0, running: 0, success: 0, failure: 0, timeout: 0, error: 0, aborted: 0, none: 0 },
    infrastructureErrors: 0,
    rate: { resolved: 0, total: 0, judged: 0, low: null, high: null },
    costUsd: null,
    costIsEstimate: false,
    inputTokens: null,
    cachedTokens: null,
    outputTokens: null,
    durationMs: null,
    etaMs: null,
    concurrency: null,
    own: false,
    ...changes,
  }
}

const rate = (resolved: number, total: number) => ({ resolved, total, judged: total, low: null, high: null })
const jobs = [
  job('run-10', { costUsd: null, rate: rate(1, 4), outputTokens: 7 }),
  job('run-9', { costUsd: 3, rate: rate(2, 4), state: 'running' }),
  job('run-8', { costUsd: 12, rate: rate(0, 0), outputTokens: 70 }),
]
const names = (column: 'jobName' | 'costUsd' | 'rate' | 'state' | 'tasks' | 'outputTokens', descending: boolean) =>
  sortJobs(jobs, { column, descending }).map(({ jobName }) => jobName)

test('numbers in names count, and what is not measured is last either way', () => {
  expect(names('jobName', false)).toEqual(['run-8', 'run-9', 'run-10'])
  expect(names('costUsd', false)).toEqual(['run-9', 'run-8', 'run-10'])
  expect(names('costUsd', true)).toEqual(['run-8', 'run-9', 'run-10'])
  expect(names('outputTokens', true)).toEqual(['run-8', 'run-10', 'run-9'])
})

test('rates are shares; what runs is first; equal ones stay as they were', () => {
  expect(names('rate', true)).toEqual(['run-9', 'run-10', 'run-8'])
  expect(names('state', false)).toEqual(['run-9', 'run-10', 'run-8'])
  expect(names('tasks', true)).toEqual(['run-10', 'run-9', 'run-8'])
})
