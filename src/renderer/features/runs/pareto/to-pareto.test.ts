import { expect, test } from 'vitest'
import type { Combination } from '../../../../contract/api/stats.ts'
import { needsLog, toPareto } from './to-pareto.ts'

function combination(agent: string, resolved: number, cost: number | null): Combination {
  return {
    agent,
    model: null,
    rate: { resolved, total: 10, judged: 10, low: 0, high: 1 },
    tasks: 10,
    costUsd: { median: cost, count: cost === null ? 0 : 10, total: cost, estimated: 0 },
    tokens: { median: null, count: 0 },
    durationMs: { median: 1000, count: 10 },
  }
}

test('the frontier has those that nothing beats', () => {
  const { frontier, points } = toPareto(
    [combination('dear', 9, 3), combination('cheap', 4, 0.1), combination('bad', 3, 2), combination('mid', 7, 1)],
    'cost',
  )
  expect(frontier.map(({ label }) => label)).toEqual(['cheap', 'mid', 'dear'])
  expect(points.find(({ label }) => label === 'bad')?.isBest).toBe(false)
})

test('of two with the same rate only the cheaper one is on it; equals both are', () => {
  const same = toPareto([combination('a', 5, 1), combination('b', 5, 2)], 'cost')
  expect(same.frontier.map(({ label }) => label)).toEqual(['a'])
  const equal = toPareto([combination('a', 5, 1), combination('b', 5, 1)], 'cost')
  expect(equal.frontier).toHaveLength(2)
})

test('what was not measured is not at 0', () => {
  const { points, unmeasured } = toPareto([combination('a', 5, null), combination('b', 5, 0)], 'cost')
  expect(points.map(({ label, x }) => [label, x])).toEqual([['b', 0]])
  expect(unmeasured.map(({ label }) => label)).toEqual(['a'])
})

test.each([
  [[1, 2, 3], false],
  [[0.01, 1], true],
  [[0, 100], false],
  [[5], false],
])('a logarithmic axis for %j: %s', (values, expected) => {
  expect(needsLog(values)).toBe(expected)
})
