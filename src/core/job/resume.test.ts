import { expect, it } from 'vitest'
import { stampEvent } from './event-line.ts'
import { planResume, retriesOfCutRun, type FoundTrial } from './resume.ts'

const planned = ['a', 'b', 'c', 'd', 'e'].map((trialName) => ({
  trialId: trialName,
  trialName,
  taskName: trialName,
  taskPath: '/t',
  taskDigest: 'sha256:0',
  source: null,
  agent: 'nop',
  agentIndex: 0,
  model: null,
  attempt: 1,
}))
const found: FoundTrial[] = [
  { trialName: 'a', hasResult: true, exceptionType: null, wasStopped: false, isRetryOwed: false },
  { trialName: 'b', hasResult: true, exceptionType: 'CancelledError', wasStopped: true, isRetryOwed: false },
  { trialName: 'c', hasResult: true, exceptionType: 'AgentTimeoutError', wasStopped: false, isRetryOwed: false },
  { trialName: 'd', hasResult: false, exceptionType: null, wasStopped: false, isRetryOwed: false },
]
const names = (trials: readonly { trialName: string }[]) => trials.map((trial) => trial.trialName)

it('runs what has no result and what was cancelled, and keeps what it replaces', () => {
  const plan = planResume(planned, found, null)
  expect(plan.finished).toEqual(['a', 'c'])
  expect(names(plan.pending)).toEqual(['b', 'd', 'e'])
  expect([...plan.replace]).toEqual([
    ['b', 'force'],
    ['d', 'resume'],
  ])
})

it('replaces the default where exceptions are named', () => {
  const plan = planResume(planned, found, ['AgentTimeoutError'])
  expect(plan.finished).toEqual(['a', 'b'])
  expect(names(plan.pending)).toEqual(['c', 'd', 'e'])
})

it('takes a trial that was stopped after an exception of its own for cancelled', () => {
  const stopped = {
    trialName: 'a',
    hasResult: true,
    exceptionType: 'AgentTimeoutError',
    wasStopped: true,
    isRetryOwed: false,
  }
  const plan = (exceptions: readonly string[] | null) => planResume(planned.slice(0, 1), [stopped], exceptions)
  expect([...plan(null).replace]).toEqual([['a', 'force']])
  expect([...plan(['AgentTimeoutError']).replace]).toEqual([['a', 'force']])
  expect(plan(['RuntimeError']).finished).toEqual(['a'])
})

it('runs a trial whose retry is owed, whatever exceptions are named', () => {
  const owed = { trialName: 'a', hasResult: true, exceptionType: 'RuntimeError', wasStopped: false, isRetryOwed: true }
  for (const exceptions of [null, ['AgentTimeoutError']])
    expect([...planResume(planned.slice(0, 1), [owed], exceptions).replace]).toEqual([['a', 'resume']])
})

const trial = { trialId: 'a', trialName: 'a' }
const admitted = { type: 'trial.admitted', ...trial } as const
const replaced = { type: 'trial.replaced', ...trial, archive: 'a.tar.gz', reason: 'retry' } as const
const replacedForResume = { ...replaced, reason: 'resume' } as const
const finished = { type: 'job.finished', state: 'cancelled' } as const

it.each([
  ['nothing was admitted', [], []],
  ['a first attempt', [admitted], [['a', 0]]],
  ['a second attempt', [admitted, replaced, admitted], [['a', 1]]],
  ['a resumed trial', [replacedForResume, admitted], [['a', 0]]],
  ['a run that came to its end', [admitted, replaced, finished], []],
] as const)('counts the retries of a run that was cut off: %s', (_name, events, expected) => {
  expect([
    ...retriesOfCutRun(events.map((body, at) => stampEvent(at + 1, '2026-01-01T00:00:00.000000Z', body))),
  ]).toEqual(expected)
})
