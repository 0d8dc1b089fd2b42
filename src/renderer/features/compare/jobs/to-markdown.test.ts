import { expect, test } from 'vitest'
import type { Comparison } from '../../../../contract/api/stats.ts'
import { toMarkdown } from './to-markdown.ts'

const rate = (resolved: number, total: number) => ({ resolved, total, judged: total, low: 0.2, high: 0.9 })

function side(label: string, resolved: number): Comparison['sides'][number] {
  return {
    jobName: label,
    agent: null,
    model: null,
    label,
    backend: 'docker',
    rate: rate(resolved, 3),
    costUsd: resolved === 1 ? null : 1.5,
    costIsEstimate: false,
    durationMs: { median: 65_000, count: 3 },
  }
}

const cell = (resolved: number) => ({
  rate: rate(resolved, 1),
  costUsd: null,
  costIsEstimate: false,
  tokens: null,
  durationMs: null,
  trials: [],
})

const comparison: Comparison = {
  sides: [side('before', 1), side('after|*now*', 2)],
  sharedTasks: 2,
  tasks: [
    { taskName: 'up', change: 'improved', cells: [cell(0), cell(1)] },
    { taskName: 'same', change: 'same', cells: [cell(1), cell(1)] },
  ],
  unshared: ['x'],
  warnings: [],
}

test('a report has the sides and the tasks that changed', () => {
  expect(toMarkdown(comparison).split('\n')).toEqual([
    String.raw`## before vs. after\|\*now\*`,
    '',
    '2 shared tasks: 1 improved, 0 regressed, 1 the same.',
    '',
    'Not on every side, so not counted: 1.',
    '',
    '| Side | Resolved | 95 % CI | Cost | Median duration | Backend |',
    '|---|---|---|---|---|---|',
    '| before | 1/3 (33.3 %) | 20–90 | – | 1 m 05 s | docker |',
    String.raw`| after\|\*now\* | 2/3 (66.7 %) | 20–90 | $1.50 | 1 m 05 s | docker |`,
    '',
    String.raw`| Task | Change | before | after\|\*now\* |`,
    '|---|---|---|---|',
    '| up | improved | 0/1 (0 %) | 1/1 (100 %) |',
    '',
  ])
})

test('a name cannot make rows or markup', () => {
  const tasks: Comparison['tasks'] = [
    { taskName: 'a\n| b | <img src=x> `c`', change: 'improved', cells: [cell(0), cell(1)] },
  ]
  const evil: Comparison = { ...comparison, tasks }
  expect(toMarkdown(evil)).toContain(String.raw`| a \| b \| \<img src=x\> \`c\` | improved |`)
})
