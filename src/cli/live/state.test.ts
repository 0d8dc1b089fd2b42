import { expect, test } from 'vitest'
import { admitted, ended, jobStarted, planned, stateAfter } from './events.testing.ts'
import { measureProgress } from './progress.ts'

const started = [
  { atMs: 0, job: jobStarted() },
  ...['a__1', 'b__1', 'c__1', 'd__1'].map((name) => ({ atMs: 0, job: planned(name) })),
]

test('a trial goes from planned over running to ended, with what its own stream told', () => {
  const state = stateAfter([
    ...started,
    { atMs: 1000, job: admitted('a__1') },
    { atMs: 1000, trial: 'a__1', event: { type: 'phase.finished', phase: 'queued', durationMs: 1000 } },
    { atMs: 1000, trial: 'a__1', event: { type: 'phase.started', phase: 'environment-setup' } },
    {
      atMs: 1100,
      trial: 'a__1',
      event: { type: 'image.progressed', stage: 'pull', text: '\x1b[2Jlayer\n1', current: 1, total: 2 },
    },
  ])
  expect(state.running.get('a__1')).toMatchObject({
    phase: 'environment-setup',
    progress: 'layer 1',
    admittedAtMs: 1000,
  })

  const end = stateAfter(
    [
      { atMs: 2000, trial: 'a__1', event: { type: 'phase.started', phase: 'verification' } },
      {
        atMs: 3000,
        trial: 'a__1',
        event: {
          type: 'verdict.reached',
          rewards: { reward: 0 },
          reward: 0,
          tests: { passed: 1, failed: 2, skipped: 0, total: 3 },
        },
      },
      {
        atMs: 4000,
        trial: 'a__1',
        event: {
          type: 'trial.finished',
          outcome: 'failure',
          blame: 'agent',
          evidence: ['test_x failed'],
          reward: 0,
          durationMs: 3000,
        },
      },
      { atMs: 4000, job: ended('a__1', { outcome: 'failure', blame: 'agent', reward: 0, durationMs: 3000 }) },
    ],
    state,
  )
  expect(end.running.size).toBe(0)
  expect(end.ended.get('a__1')).toMatchObject({
    outcome: 'failure',
    tests: { passed: 1, total: 3 },
    evidence: ['test_x failed'],
    durationMs: 3000,
    elapsedMs: 3000,
  })
})

test('events that nothing is shown of leave the state as it is', () => {
  const state = stateAfter([...started, { atMs: 0, job: admitted('a__1') }])
  expect(
    stateAfter([{ atMs: 1, trial: 'a__1', event: { type: 'output.written', phase: 'queued', from: 0, to: 9 } }], state),
  ).toBe(state)
})

test('what a trial tells before its job tells that it was admitted is kept', () => {
  const message = 'no such image'
  const state = stateAfter([
    ...started,
    { atMs: 10, trial: 'a__1', event: { type: 'phase.started', phase: 'environment-setup' } },
    {
      atMs: 10,
      trial: 'a__1',
      event: { type: 'image.progressed', stage: 'pull', text: 'layer', current: 1, total: 2 },
    },
    { atMs: 30, job: admitted('a__1') },
  ])
  expect(state.running.get('a__1')).toMatchObject({
    phase: 'environment-setup',
    progress: 'layer',
    admittedAtMs: 10,
  })
  const end = stateAfter(
    [
      {
        atMs: 40,
        trial: 'b__1',
        event: { type: 'error.raised', exceptionType: 'BuildError', message, phase: 'environment-setup' },
      },
      { atMs: 60, job: admitted('b__1') },
      { atMs: 60, job: ended('b__1', { outcome: 'error', blame: 'task', exceptionType: 'BuildError' }) },
    ],
    state,
  )
  expect(end.ended.get('b__1')?.error).toBe(message)
  expect([...end.running.keys()]).toEqual(['a__1'])

  const again = stateAfter([{ atMs: 90, job: admitted('b__1') }], end)
  expect(again.running.get('b__1')).toMatchObject({ phase: 'queued', error: null, admittedAtMs: 90 })
})

test('a trial that is tried again counts once', () => {
  const failed = ended('a__1', {
    outcome: 'error',
    blame: 'infrastructure',
    reward: null,
    exceptionType: 'RuntimeError',
  })
  const retried = stateAfter([
    ...started,
    { atMs: 0, job: admitted('a__1') },
    { atMs: 1000, job: failed },
    {
      atMs: 1000,
      job: {
        type: 'trial.retry-scheduled',
        trialId: 'a',
        trialName: 'a__1',
        retry: 1,
        delayMs: 1000,
        exceptionType: 'RuntimeError',
      },
    },
  ])
  expect(measureProgress(retried, 1000)).toMatchObject({ errors: 0, done: 0, remaining: 4 })
  const done = stateAfter(
    [
      { atMs: 2000, job: admitted('a__1') },
      { atMs: 3000, job: ended('a__1') },
    ],
    retried,
  )
  expect(measureProgress(done, 3000)).toMatchObject({ passed: 1, errors: 0, done: 1, remaining: 3 })
})

test('every trial is in exactly one place of the bar', () => {
  const state = stateAfter([
    { atMs: 0, job: jobStarted({ totalTrials: 9, finishedTrials: 2 }) },
    { atMs: 0, job: ended('a', { outcome: 'success' }) },
    { atMs: 0, job: ended('b', { outcome: 'failure' }) },
    { atMs: 0, job: ended('c', { outcome: 'timeout' }) },
    { atMs: 0, job: ended('d', { outcome: 'error' }) },
    { atMs: 0, job: ended('e', { outcome: 'aborted' }) },
    { atMs: 0, job: ended('f', { outcome: null }) },
  ])
  expect(measureProgress(state, 0)).toMatchObject({
    passed: 1,
    failed: 2,
    errors: 2,
    unjudged: 1,
    done: 8,
    remaining: 1,
    total: 9,
  })
})

test('the time left is unknown until a trial has ended, then follows the mean', () => {
  const running = stateAfter([...started, { atMs: 0, job: admitted('a__1') }, { atMs: 0, job: admitted('b__1') }])
  expect(measureProgress(running, 5000).leftMs).toBeNull()
  const one = stateAfter(
    [
      { atMs: 10_000, job: ended('a__1') },
      { atMs: 10_000, job: admitted('c__1') },
    ],
    running,
  )
  // b is due now, c and d need 10 s each, two at once.
  expect(measureProgress(one, 10_000).leftMs).toBe(10_000)
  // Time passes: 4 s of c are over.
  expect(measureProgress(one, 14_000).leftMs).toBe(8000)
})
