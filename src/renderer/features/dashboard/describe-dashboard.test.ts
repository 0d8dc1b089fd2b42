import { expect, test } from 'vitest'
import type { Overview } from '../../../contract/api/stats.ts'
import { describeBackend, describeDashboard } from './describe-dashboard.ts'

const rate = { resolved: 61, total: 89, judged: 86, low: 0.58, high: 0.77 }
const overview: Overview = {
  backend: 'docker',
  otherBackends: [],
  rate,
  lastFifty: { ...rate, since: null },
  outcomes: { success: 61, failure: 25, timeout: 0, error: 3, aborted: 0, none: 0 },
  infrastructureErrors: 3,
  steps: { median: null, count: 0 },
  durationMs: { median: null, count: 0 },
  costUsd: { total: 41.2, measured: 89, estimated: 0 },
  running: 0,
  byDifficulty: [],
  byCategory: [],
}

test('the answer names its denominator, trouble that is not the agent’s, and what it cost', () => {
  expect(describeDashboard(overview, [])).toBe('61 of 89 trials resolved (68.5 %), 3 infrastructure errors, $41.20')
})

test('what was not measured is left out', () => {
  const unmeasured = { ...overview, infrastructureErrors: 0, costUsd: { total: null, measured: 0, estimated: 0 } }
  expect(describeDashboard(unmeasured, [])).toBe('61 of 89 trials resolved (68.5 %)')
})

test('scores of other backends are said to be left out', () => {
  expect(describeBackend({ backend: 'docker', otherBackends: [{ backend: 'sandbox', trials: 12 }] })).toBe(
    'on docker; 12 trials on sandbox not counted',
  )
})
