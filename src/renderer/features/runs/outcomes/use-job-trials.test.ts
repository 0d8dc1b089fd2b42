// @vitest-environment jsdom
import { cleanup, renderHook, waitFor } from '@testing-library/react'
import { afterEach, expect, test } from 'vitest'
import type { ListedTrial } from '../../../../contract/api/trials.ts'
import { listedTrial as trial, startTrialsEngine } from '../trials-engine.testing.ts'
import { applyChanges, NO_TRIALS, toTrials, useJobTrials, type JobTrials } from './use-job-trials.ts'

afterEach(cleanup)

const states = (trials: readonly ListedTrial[] | null) => trials?.map(({ trialName, state }) => `${trialName} ${state}`)
const stateOf = (known: JobTrials) => states(toTrials(known))

test('what happens is laid over what was asked for, and stays when following begins anew', () => {
  const asked: JobTrials = { ...NO_TRIALS, asked: new Map([['a', trial('a', 'queued')]]) }
  const known = applyChanges(asked, [
    { kind: 'running', trials: [trial('a', 'running')] },
    { kind: 'changed', trial: trial('b', 'running') },
    { kind: 'changed', trial: trial('a', 'finished') },
  ])
  expect(stateOf(known)).toEqual(['a finished', 'b running'])
  const anew = applyChanges(known, [{ kind: 'running', trials: [trial('b', 'running')] }])
  expect(stateOf(anew)).toEqual(['a finished', 'b running'])
  // Nothing that was told before outlives a new answer.
  expect(stateOf({ ...anew, asked: new Map([['a', trial('a', 'queued')]]) })).toEqual(['a queued', 'b running'])
  expect(stateOf(applyChanges(anew, [{ kind: 'removed', jobName: 'job', trialName: 'a' }]))).toEqual(['b running'])
  expect(stateOf(applyChanges(NO_TRIALS, [{ kind: 'running', trials: [] }]))).toBeUndefined()
})

test('what ended while the engine was away is asked for when it is back', async () => {
  const engine = startTrialsEngine()
  engine.set([trial('a', 'running')], [trial('b', 'running')])
  const { result } = renderHook(() => useJobTrials('job'))
  await waitFor(() => expect(states(result.current.trials)).toEqual(['a running', 'b running']))
  engine.set([trial('a', 'finished')], [trial('b', 'running')])
  engine.drop()
  await waitFor(() => expect(states(result.current.trials)).toEqual(['a finished', 'b running']), { timeout: 30_000 })

  engine.drop()
  const opened = renderHook(() => useJobTrials('job')).result
  await waitFor(() => expect(opened.current.error).toMatchObject({ code: 'disconnected' }))
  await waitFor(() => expect(states(opened.current.trials)).toEqual(['a finished', 'b running']), { timeout: 30_000 })
  expect(opened.current.error).toBeNull()
})
