import { expect, test } from 'vitest'
import type { TimelinePoint } from '../../../contract/api/stats.ts'
import { toLines } from './to-lines.ts'

function point(jobName: string, agent: string, model: string | null, total: number, startedAt: string): TimelinePoint {
  return {
    jobName,
    agent,
    model,
    startedAt,
    costUsd: null,
    costIsEstimate: false,
    rate: { resolved: 0, total, judged: 0, low: null, high: null },
  }
}

test('a line for each agent and model, oldest job first, the line with most trials first', () => {
  const lines = toLines([
    point('b', 'pi', 'x/one', 3, '2026-02-02T00:00:00Z'),
    point('a', 'pi', 'x/one', 3, '2026-02-01T00:00:00Z'),
    point('c', 'oracle', null, 10, '2026-02-03T00:00:00Z'),
  ])
  expect(lines.map(({ label, points }) => [label, points.map(({ jobName }) => jobName)])).toEqual([
    ['oracle', ['c']],
    ['pi × x/one', ['a', 'b']],
  ])
})

test('a job without a trial that ended has no dot', () => {
  expect(toLines([point('a', 'pi', null, 0, '2026-02-01T00:00:00Z')])).toEqual([])
})
