import { expect, test } from 'vitest'
import type { TrialRow } from '../../contract/rows.ts'
import { compareSides } from './compare.ts'
import { measure, median, sumOf } from './measured.ts'
import { STATISTICS } from './trial-queries.ts'
import { wilsonInterval } from './wilson.ts'

/* Known values: the score intervals of Newcombe, Statistics in Medicine 17 (1998), table I, method 3. */

test.each([
  [81, 263, 0.2553, 0.3662],
  [15, 148, 0.0624, 0.1605],
  [0, 20, 0, 0.1611],
  [1, 29, 0.0061, 0.1718],
])('%i of %i lies between %d and %d', (successes, total, low, high) => {
  const interval = wilsonInterval(successes, total)
  expect(interval.low).toBeCloseTo(low, 4)
  expect(interval.high).toBeCloseTo(high, 4)
})

test('of nothing there is no interval', () => {
  expect(wilsonInterval(0, 0)).toEqual({ low: null, high: null })
})

test('the middle of what was measured', () => {
  expect(median([3, 1, 10])).toBe(3)
  expect(median([4, 1, 10, 2])).toBe(3)
  expect(measure([null, 2, null])).toEqual({ median: 2, count: 1 })
  expect(measure([null])).toEqual({ median: null, count: 0 })
  expect([sumOf([null]), sumOf([null, 1, 2])]).toEqual([null, 3])
})

test('scores of different backends are never one number', () => {
  const rows = [row({ backend: 'docker', outcome: 'success' }), row({ backend: 'docker' }), row({ backend: 'sandbox' })]
  expect(STATISTICS.overview(rows)).toMatchObject({
    backend: 'docker',
    otherBackends: [{ backend: 'sandbox', trials: 1 }],
    rate: { resolved: 1, total: 2 },
  })
})

test('the last fifty are the newest, and begin when the first of them started', () => {
  const minute = (at: number): string => `2026-01-01T00:${String(at).padStart(2, '0')}:00.000000Z`
  const rows = Array.from({ length: 55 }, (_, at) =>
    row({ startedAt: minute((at * 7) % 55), outcome: at % 2 === 0 ? 'success' : 'failure' }),
  )
  const { lastFifty } = STATISTICS.overview(rows)
  expect(lastFifty).toMatchObject({ total: 50, since: minute(5) })
  expect(rows.filter(({ startedAt }) => (startedAt ?? '') >= (lastFifty.since ?? ''))).toHaveLength(50)
  expect(STATISTICS.overview([]).lastFifty).toMatchObject({ total: 0, since: null })
})

test('sides are compared on the tasks that they share, changes first', () => {
  const before = [row({ taskName: 'a', outcome: 'success' }), row({ taskName: 'b' }), row({ taskName: 'c' })]
  const after = [row({ taskName: 'a' }), row({ taskName: 'b', outcome: 'success', backend: 'sandbox' })]
  const digests = (of: string): ReadonlyMap<string, string> => new Map([['a', of]])
  const comparison = compareSides([
    { side: { jobName: 'one', agent: null, model: null }, trials: before, digests: digests('1') },
    { side: { jobName: 'two', agent: 'x', model: '' }, trials: after, digests: digests('2') },
  ])
  expect(comparison.tasks.map(({ taskName, change }) => [taskName, change])).toEqual([
    ['a', 'regressed'],
    ['b', 'improved'],
  ])
  expect(comparison).toMatchObject({ sharedTasks: 2, unshared: ['c'] })
  expect(comparison.sides.map(({ label, rate }) => [label, rate.resolved, rate.total])).toEqual([
    ['one', 1, 2],
    ['two: x', 1, 2],
  ])
  expect(comparison.warnings).toEqual([
    expect.stringContaining('docker, sandbox'),
    expect.stringContaining('1 of the shared tasks'),
  ])
})

function row(fields: Partial<TrialRow>): TrialRow {
  return {
    jobName: 'job',
    trialName: 'trial',
    trialId: null,
    taskName: 'task',
    agent: 'oracle',
    model: null,
    attempt: 1,
    backend: 'docker',
    state: 'finished',
    outcome: 'failure',
    blame: 'agent',
    reward: 0,
    testsPassed: null,
    testsTotal: null,
    exceptionType: null,
    inputTokens: null,
    cachedTokens: null,
    outputTokens: null,
    costUsd: null,
    startedAt: null,
    finishedAt: null,
    durationMs: null,
    source: null,
    difficulty: null,
    category: null,
    steps: null,
    reason: null,
    assisted: false,
    costIsEstimate: false,
    ...fields,
  }
}
