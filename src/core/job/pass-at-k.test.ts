import { describe, expect, it } from 'vitest'
import type { FinishedTrial } from './finished-trial.ts'
import { passAtK } from './pass-at-k.ts'

const trial = (taskName: string, reward: number | null): FinishedTrial => ({
  trialName: `${taskName}__x`,
  taskName,
  agent: 'a',
  model: null,
  source: null,
  rewards: reward === null ? null : { reward },
  exceptionType: null,
  usage: { inputTokens: null, cachedTokens: null, outputTokens: null, costUsd: null },
})
const attempts = (taskName: string, passed: number, all: number): FinishedTrial[] =>
  Array.from({ length: all }, (_, index) => trial(taskName, index < passed ? 1 : 0))

describe('passAtK', () => {
  it('is the chance that one of k attempts resolves a task, averaged over tasks', () => {
    // C(2,2)/C(4,2) = 1/6 and all failed: 5/6 and 0.
    const rates = passAtK([...attempts('a', 2, 4), ...attempts('b', 0, 4)])
    expect(rates['2']).toBeCloseTo(5 / 12)
    expect(rates['4']).toBe(0.5)
  })

  it('offers powers of two and multiples of five up to the fewest attempts', () => {
    expect(Object.keys(passAtK([...attempts('a', 1, 11), ...attempts('b', 1, 20)]))).toEqual(['2', '4', '5', '8', '10'])
  })

  it('counts a trial without a reward as not resolved', () => {
    expect(passAtK([trial('a', 1), trial('a', null)])).toEqual({ 2: 1 })
    expect(passAtK([trial('a', null), trial('a', null)])).toEqual({ 2: 0 })
  })

  it('says nothing about rewards that are no verdicts', () => {
    expect(passAtK([trial('a', 0.5), trial('a', 1)])).toEqual({})
    expect(passAtK([{ ...trial('a', 1), rewards: { one: 1, two: 1 } }, trial('a', 1)])).toEqual({})
  })
})
