import { expect, test } from 'vitest'
import { describeJobEvent } from './describe-job-event.ts'

const head = { v: 1, seq: 7, at: '2026-03-04T10:00:00.000000Z' } as const
const trial = { trialId: 'id', trialName: 'task__abc' }

test('an end says outcome, blame, exception, reward and time', () => {
  const line = describeJobEvent({
    ...head,
    type: 'trial.ended',
    ...trial,
    outcome: 'error',
    blame: 'infrastructure',
    reward: null,
    exceptionType: 'EnvironmentStartTimeoutError',
    durationMs: 65_000,
  })
  expect(line).toEqual({
    seq: 7,
    at: head.at,
    tone: 'error',
    about: 'trial',
    trialName: 'task__abc',
    text: 'error, blame infrastructure, EnvironmentStartTimeoutError after 1 m 05 s',
  })
})

test('a resumed job says what it had', () => {
  const line = describeJobEvent({
    ...head,
    type: 'job.started',
    jobId: 'id',
    jobName: 'job',
    backend: 'docker',
    backendVersion: '28.3',
    backendReason: null,
    totalTrials: 89,
    finishedTrials: 61,
    concurrency: 8,
    resumed: true,
  })
  expect(line.text).toBe('job resumed: 89 trials, 61 of them finished before, 8 at once on docker 28.3')
  expect(line.about).toBe('job')
})

test('a warning carries its hint', () => {
  const line = describeJobEvent({ ...head, type: 'warning.raised', message: 'disk is low', hint: 'free some' })
  expect(line).toMatchObject({ tone: 'warning', text: 'disk is low (free some)', trialName: null })
})
