import { describe, expect, test } from 'vitest'
import { lookOfSeveral, stepOf, STEPS, toScale, toSign } from './cell-look.ts'
import type { GridTrial } from './to-grid.ts'

describe('steps', () => {
  test('hold about as many values each', () => {
    const scale = toScale([1, 2, 3, 4, 5, 6, 7, 8, 9, 1000])
    expect(scale.bounds).toEqual([2, 4, 6, 8, 1000])
    expect(stepOf(scale, 2)).toBe(0)
    expect(stepOf(scale, 2.5)).toBe(1)
    expect(stepOf(scale, 5000)).toBe(STEPS.length - 1)
  })
  test('two values are the two ends', () => {
    const scale = toScale([0, 1, 1, 0, 1])
    expect(stepOf(scale, 0)).toBe(0)
    expect(stepOf(scale, 1)).toBe(STEPS.length - 1)
  })
  test('one value, or none, is the lightest', () => {
    expect(stepOf(toScale([3, 3]), 3)).toBe(0)
    expect(stepOf(toScale([]), 3)).toBe(0)
  })
})

test.each([
  [0.123, 'cost', '$0.12'],
  [12.34, 'cost', '$12.3'],
  [250, 'cost', '$250'],
  [4200, 'duration', '4.2s'],
  [61_000, 'duration', '61s'],
  [610_000, 'duration', '10m'],
  [7_300_000, 'duration', '2h'],
  [0.3333, 'reward', '0.333'],
] as const)('%d %s is %s', (value, by, sign) => {
  expect(toSign(value, by)).toBe(sign)
})

describe('a cell with more trials than it can show', () => {
  const scale = toScale([10_000, 20_000, 30_000, 40_000, 50_000])
  const trials = [
    trial('success', 10_000),
    trial('failure', 30_000),
    trial('failure', 50_000),
    trial(null, null, 'running'),
    trial(null, null, 'queued'),
  ]
  test('counts those that have ended; the rest is faint', () => {
    const look = lookOfSeveral(trials, 'outcome', scale)
    expect(look).toMatchObject({ sign: '1/3', title: '1 of 3 resolved, 2 not ended' })
    expect(look.parts.map(({ count }) => count)).toEqual([1, 2, 2])
  })
  test('shows the median with its tint', () => {
    const look = lookOfSeveral(trials, 'duration', scale)
    expect(look).toMatchObject({ sign: '30s', title: 'median duration 30s, 1 of 3 resolved, 2 not ended' })
    expect(look.parts[0]).toMatchObject({ opacity: STEPS[2], count: 3 })
    expect(lookOfSeveral(trials.slice(0, 2), 'duration', scale).sign).toBe('20s')
  })
  test('of which none has ended is not failed', () => {
    const open = lookOfSeveral(trials.slice(3), 'duration', scale)
    expect(open).toMatchObject({ sign: '◐', title: 'none has ended' })
    expect(open.parts.map(({ count }) => count)).toEqual([0, 0, 2])
  })
  test('says where nothing was measured', () => {
    expect(lookOfSeveral(trials, 'cost', scale)).toMatchObject({
      sign: '–',
      title: 'cost not measured, 1 of 3 resolved, 2 not ended',
    })
  })
})

function trial(
  outcome: GridTrial['outcome'],
  durationMs: number | null,
  state: GridTrial['state'] = 'finished',
): GridTrial {
  return {
    jobName: 'job',
    trialName: 'trial',
    taskName: 'task',
    model: null,
    agent: 'nop',
    attempt: 1,
    state,
    outcome,
    reward: null,
    costUsd: null,
    costIsEstimate: false,
    durationMs,
  }
}
