import { expect, test } from 'vitest'
import type { JobRow } from '../../contract/rows.ts'
import { createJobSummaries } from './job-summaries.ts'

const ROW: JobRow = {
  jobName: 'job',
  jobId: 'id',
  startedAt: '2026-11-21T04:00:00Z',
  finishedAt: '2026-11-21T04:00:05Z',
  totalTrials: 0,
  state: 'completed',
  agents: [],
  backend: null,
  pausedMs: 0,
}

test('an own job runs until its folder is let go, whatever its last event says', async () => {
  let isHeld = true
  const summaries = createJobSummaries({
    jobsDir: '/none',
    index: { listJobs: async () => [ROW], jobTotals: async () => [] },
    own: { has: () => isHeld, failure: () => null, job: () => null },
    now: () => 0,
  })
  expect(await summaries.get('job')).toMatchObject({ own: true, state: 'running', durationMs: 5000 })
  isHeld = false
  expect(await summaries.get('job')).toMatchObject({ own: false, state: 'completed', durationMs: 5000 })
})
