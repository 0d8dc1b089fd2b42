import { expect, test } from 'vitest'
import { kindOf, sortLines, toGrid, type GridTrial } from './to-grid.ts'

function trial(taskName: string, attempt: number, outcome: GridTrial['outcome'] | 'running', model = 'm'): GridTrial {
  const state = outcome === 'running' ? 'running' : 'finished'
  return {
    jobName: 'job',
    trialName: `${taskName}__${model}${attempt}`,
    taskName,
    model,
    agent: 'a',
    attempt,
    state,
    outcome: outcome === 'running' ? null : outcome,
    reward: outcome === 'success' ? 1 : 0,
    costUsd: null,
    costIsEstimate: false,
    durationMs: null,
  }
}

const trials = [
  trial('b', 2, 'failure'),
  trial('b', 1, 'success'),
  trial('a', 1, 'error'),
  trial('a', 2, 'failure'),
  trial('c', 1, 'running'),
  trial('c', 10, 'success'),
]

test('each trial is in the cell of its row and column', () => {
  const grid = toGrid(trials, 'task', 'attempt')
  expect(grid.cell('b', '2').map(({ outcome }) => outcome)).toEqual(['failure'])
  expect(grid.cell('a', '10')).toEqual([])
  expect(grid.deepest).toBe(1)
})

test('several trials of a cell come in the order of their attempts', () => {
  const grid = toGrid(trials, 'task', 'model')
  expect(grid.cell('b', 'm').map(({ attempt }) => attempt)).toEqual([1, 2])
  expect(grid.deepest).toBe(2)
})

test('lines count what has ended', () => {
  const { rows, columns } = toGrid(trials, 'task', 'attempt')
  expect(rows.find(({ key }) => key === 'c')).toEqual({ key: 'c', resolved: 1, ended: 1, total: 2 })
  expect(columns.find(({ key }) => key === '1')).toEqual({ key: '1', resolved: 1, ended: 2, total: 3 })
  expect(Object.fromEntries(rows.map((row) => [row.key, kindOf(row)]))).toEqual({ a: 'never', b: 'mixed', c: 'always' })
})

test('numbers are sorted by size, and the lowest rate comes first', () => {
  const { rows, columns } = toGrid(trials, 'task', 'attempt')
  expect(sortLines(columns, 'name').map(({ key }) => key)).toEqual(['1', '2', '10'])
  expect(sortLines(rows, 'rate').map(({ key }) => key)).toEqual(['a', 'b', 'c'])
  const waiting = { key: 'aa', resolved: 0, ended: 0, total: 3 }
  expect(sortLines([waiting, ...rows], 'rate').at(-1)).toBe(waiting)
  expect(kindOf(waiting)).toBe('open')
})
