import { describe, expect, test } from 'vitest'
import type { JobSummary } from '../../../../contract/api/jobs.ts'
import { describeJob, isResumable, rateSoFar } from './job-facts.ts'

function job(changes: Partial<JobSummary>, counts: Partial<JobSummary['counts']> = {}): JobSummary {
  const all = { queued: 0, running: 0, success: 0, failure: 0, timeout: 0, error: 0, aborted: 0, none: 0, ...counts }
  return {
    jobName: 'job',
    jobId: 'id',
    startedAt: null,
    finishedAt: null,
    totalTrials: 89,
    pausedMs: 0,
    state: 'completed',
    agents: [],
    models: [],
    sources: [],
    backend: 'docker',
    tasks: 89,
    counts: all,
    infrastructureErrors: 0,
    rate: { resolved: all.success, total: 89, judged: 89, low: 0.58, high: 0.77 },
    costUsd: null,
    costIsEstimate: false,
    inputTokens: null,
    cachedTokens: null,
    outputTokens: null,
    durationMs: null,
    etaMs: null,
    concurrency: null,
    own: true,
    ...changes,
  }
}

describe('the sentence of a job', () => {
  test('tells the tokens, where any were measured', () => {
    const tokens = { inputTokens: 1_234_000, cachedTokens: 8100, outputTokens: null }
    expect(describeJob(job({ ...tokens, costUsd: 2 }, { success: 89 }))).toContain(
      '$2.00, 1.2 M tokens in (8,100 cached), – out',
    )
    expect(describeJob(job({ costUsd: 2 }, { success: 89 }))).not.toContain('tokens')
  })

  test('that has ended', () => {
    const ended = job(
      { infrastructureErrors: 3, costUsd: 41.2, durationMs: 720_000 },
      { success: 61, failure: 25, error: 3 },
    )
    expect(describeJob(ended)).toBe(
      '61 of 89 resolved (68.5 %, 95 % CI 58–77), 3 infrastructure errors, $41.20, took 12 m 00 s',
    )
  })
  test('that runs counts what has ended, without the interval of another rate', () => {
    const running = job({ state: 'running', etaMs: 60_000 }, { success: 5, failure: 5, running: 4, queued: 75 })
    expect(describeJob(running)).toBe('10 of 89 trials ended, 5 of 10 resolved (50 %), about 1 m 00 s left')
    expect(rateSoFar(running)).toMatchObject({ resolved: 5, total: 10, low: null })
  })
  test('that has only begun', () => {
    expect(describeJob(job({ state: 'running' }, { running: 4, queued: 85 }))).toBe(
      '0 of 89 trials ended, time left not known yet',
    )
  })
})

test.each([
  [job({}, { success: 89 }), false],
  [job({}, { success: 88, aborted: 1 }), true],
  [job({ state: 'interrupted' }, { success: 40, queued: 49 }), true],
  [job({ state: 'running' }, { running: 89 }), false],
])('whether there is something to resume %#', (of, expected) => {
  expect(isResumable(of)).toBe(expected)
})
