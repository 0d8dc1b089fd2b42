// @vitest-environment jsdom
import { QueryClientProvider } from '@tanstack/react-query'
import { cleanup, renderHook, waitFor } from '@testing-library/react'
import { createElement, type ReactNode } from 'react'
import { afterEach, expect, test } from 'vitest'
import type { ListedTrial } from '../../../../contract/api/trials.ts'
import { createQueryClient } from '../../../client/queries.ts'
import { listedTrial as trial, startTrialsEngine } from '../trials-engine.testing.ts'
import { ALL, applyChanges, useTrialLists } from './use-trial-lists.ts'

afterEach(cleanup)

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

test('when following begins anew verdicts stay, and of what ran the rows tell', () => {
  const known = new Map([
    ['job/a', trial('a', 'running')],
    ['job/b', trial('b', 'finished')],
  ])
  const anew = applyChanges(known, [{ kind: 'running', trials: [trial('c', 'running')] }])
  expect(states(anew)).toEqual(['job/b finished', 'job/c running'])
})

test('what ended while the engine was away is asked for when it is back', async () => {
  const engine = startTrialsEngine()
  engine.set([trial('a', 'queued')], [trial('a', 'running')])
  const queries = createQueryClient()
  const wrapper = ({ children }: { children: ReactNode }) =>
    createElement(QueryClientProvider, { client: queries }, children)
  const filter = {}
  const { result } = renderHook(() => useTrialLists(filter, { column: 'startedAt', descending: true }, null), {
    wrapper,
  })
  result.current.lists.show(ALL, 0, 10)
  const shown = () => result.current.lists.loaded(ALL).map((one) => result.current.latest(one).state)
  await waitFor(() => expect(shown()).toEqual(['running']))
  engine.set([trial('a', 'finished')], [])
  engine.drop()
  await waitFor(() => expect(shown()).toEqual(['finished']), { timeout: 30_000 })
})
