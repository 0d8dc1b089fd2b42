import { expect, it } from 'vitest'
import { planResume, type FoundTrial } from './resume.ts'

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
  { trialName: 'a', hasResult: true, exceptionType: null, wasStopped: false },
  { trialName: 'b', hasResult: true, exceptionType: 'CancelledError', wasStopped: true },
  { trialName: 'c', hasResult: true, exceptionType: 'AgentTimeoutError', wasStopped: false },
  { trialName: 'd', hasResult: false, exceptionType: null, wasStopped: false },
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
  const stopped = { trialName: 'a', hasResult: true, exceptionType: 'AgentTimeoutError', wasStopped: true }
  const plan = (exceptions: readonly string[] | null) => planResume(planned.slice(0, 1), [stopped], exceptions)
  expect([...plan(null).replace]).toEqual([['a', 'force']])
  expect([...plan(['AgentTimeoutError']).replace]).toEqual([['a', 'force']])
  expect(plan(['RuntimeError']).finished).toEqual(['a'])
})
