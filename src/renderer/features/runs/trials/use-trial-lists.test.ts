// @vitest-environment jsdom
import { expect, test } from 'vitest'
import type { ListedTrial } from '../../../../contract/api/trials.ts'
import { applyChanges } from './use-trial-lists.ts'

function trial(trialName: string, state: ListedTrial['state'], reason: string | null = null): ListedTrial {
  return {
    jobName: 'job',
    trialName,
    trialId: null,
    taskName: 'task',
    agent: 'nop',
    model: null,
    attempt: 1,
    backend: 'docker',
    state,
    outcome: state === 'finished' ? 'failure' : null,
    blame: null,
    reward: null,
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
    reason,
    assisted: false,
    costIsEstimate: false,
    live: null,
  }
}

const states = (known: ReadonlyMap<string, ListedTrial>) => [...known].map(([key, { state }]) => `${key} ${state}`)

test('a trial that begins and one that ends make another row', () => {
  const begun = applyChanges(new Map(), [{ kind: 'running', trials: [trial('a', 'running')] }])
  expect(states(begun)).toEqual(['job/a running'])
  expect(states(applyChanges(begun, [{ kind: 'changed', trial: trial('a', 'finished') }]))).toEqual(['job/a finished'])
})

test('what a running trial does leaves the rows as they are', () => {
  const known = new Map([['job/a', trial('a', 'running')]])
  expect(applyChanges(known, [{ kind: 'changed', trial: trial('a', 'running', 'busy') }])).toBe(known)
  expect(applyChanges(known, [{ kind: 'removed', jobName: 'job', trialName: 'b' }])).toBe(known)
})
