// @vitest-environment jsdom
import { QueryClientProvider } from '@tanstack/react-query'
import { act, cleanup, fireEvent, render, renderHook, screen, waitFor } from '@testing-library/react'
import { createElement, type ReactNode } from 'react'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { procedures, topics } from '../../contract/api/api.ts'
import type { JobChange, JobSummary } from '../../contract/api/jobs.ts'
import { AppError } from '../../contract/errors.ts'
import { startEngine } from '../client/engine.testing.ts'
import { createQueryClient } from '../client/queries.ts'
import { startLive, useJob } from '../stores/live.ts'
import { isStopping } from '../stores/stopping.ts'
import { listedTrial as trialOf } from '../features/runs/trials-engine.testing.ts'
import { AskSecretsHost } from './ask-secrets.tsx'
import { ConfirmHost } from './dialog.tsx'
import { useJobActions } from './job-actions.ts'

/** What the engine was asked to do, and how it says that it did. */
let asked: { readonly force: boolean; readonly done: () => void; readonly refuse: () => void }[] = []
let tell: (change: JobChange) => void = () => {}
/** How often the page has begun to follow the jobs; it knows a job of that name then. */
let begun = 0

/** How many trials have failed, and which jobs were run again, with what. */
let failedCount = 0
let rerun: { readonly trials: number; readonly secrets: Readonly<Record<string, string>> }[] = []
const PLACE = 'agents.0.env.API_KEY'
/** Several answers of the engine may come before. */
const PATIENT = { timeout: 60_000 }

const engine = startEngine({
  procedures: {
    'jobs.stop': procedures['jobs.stop'],
    'jobs.rerun': procedures['jobs.rerun'],
    'trials.query': procedures['trials.query'],
  },
  topics: {
    'engine.status': topics['engine.status'],
    'environments.changes': topics['environments.changes'],
    'jobs.changes': topics['jobs.changes'],
    'trials.changes': topics['trials.changes'],
  },
  handlers: {
    'trials.query': async ({ offset, limit }) => {
      // As if a page held no more than two.
      const count = Math.max(0, Math.min(limit, 2, failedCount - offset))
      return {
        total: failedCount,
        trials: Array.from({ length: count }, (_, at) => trialOf(`${offset + at}`, 'finished')),
      }
    },
    'jobs.rerun': async ({ trials, secrets }) => {
      const details = { places: [PLACE] }
      if (secrets[PLACE] === undefined) throw new AppError('invalid-input', 'a value is needed', { details })
      rerun.push({ trials: new Set(trials).size, secrets })
      return { jobNames: ['job-rerun-1'] }
    },
    'jobs.stop': async ({ force }) =>
      new Promise((resolve, reject) =>
        asked.push({
          force,
          done: () => resolve({}),
          refuse: () => reject(new AppError('not-found', 'it is not running')),
        }),
      ),
  },
  sources: {
    'engine.status': nothing,
    'environments.changes': nothing,
    'trials.changes': nothing,
    async *'jobs.changes'(_params, { signal }): AsyncGenerator<JobChange> {
      begun += 1
      yield { kind: 'all', jobs: [job(`begun ${begun}`, 'completed')] }
      while (!signal.aborted) {
        yield await new Promise<JobChange>((resolve) => {
          tell = resolve
        })
      }
    },
  },
})
const queries = createQueryClient()
startLive(queries, () => {})

beforeEach(async () => {
  asked = []
  await untilBegun(1)
})
afterEach(cleanup)

it('asks first, and forces only what it has asked to stop', async () => {
  const { stop, isMarked } = show('hangs')
  await stop('Stop')
  await waitFor(() => expect(asked).toMatchObject([{ force: false }]))
  asked[0]?.done()
  await waitFor(() => expect(isMarked()).toBe(true))
  await stop(null)
  await waitFor(() => expect(asked).toMatchObject([{ force: false }, { force: true }]))
  asked[1]?.done()
})

it('asks first again once the job has ended, whoever lets it go on', async () => {
  const { stop, isMarked } = show('resumed')
  await stop('Stop')
  await waitFor(() => expect(asked).toHaveLength(1))
  asked[0]?.done()
  expect(isMarked()).toBe(true)
  tell({ kind: 'changed', job: job('resumed', 'cancelled') })
  await waitFor(() => expect(isMarked()).toBe(false))
  tell({ kind: 'changed', job: job('resumed', 'running') })
  await stop('Cancel')
  expect(asked).toHaveLength(1)
})

it('asks first again where it was refused', async () => {
  const { stop, isMarked } = show('refused')
  await stop('Stop')
  await waitFor(() => expect(asked).toHaveLength(1))
  expect(isMarked()).toBe(true)
  asked[0]?.refuse()
  await waitFor(() => expect(isMarked()).toBe(false))
})

it('asks first again where the connection was lost before the answer', async () => {
  const { stop, isMarked } = show('lost')
  await stop('Stop')
  await waitFor(() => expect(asked).toHaveLength(1))
  expect(isMarked()).toBe(true)
  await dropAndReconnect()
  expect(isMarked()).toBe(false)
  await stop('Cancel')
  expect(asked).toHaveLength(1)
})

it('asks first again after a while without a connection, in which the job may have ended and gone on', async () => {
  const { stop, isMarked } = show('unheard')
  const { done } = await stop('Stop')
  await waitFor(() => expect(asked).toHaveLength(1))
  asked[0]?.done()
  await done
  expect(isMarked()).toBe(true)
  await dropAndReconnect()
  expect(isMarked()).toBe(false)
})

it('runs again all that failed, however many, with the values that are asked for', async () => {
  failedCount = 5
  const { retryFailed } = show('failed')
  render(createElement(AskSecretsHost))
  const done = retryFailed()
  fireEvent.click(await screen.findByRole('button', { name: 'Run again' }, PATIENT))
  const field = await screen.findByLabelText(PLACE, {}, PATIENT)
  expect(rerun).toEqual([])
  fireEvent.change(field, { target: { value: 'the key' } })
  fireEvent.click(screen.getByRole('button', { name: 'Run again' }))
  await done
  await waitFor(() => expect(rerun).toEqual([{ trials: 5, secrets: { [PLACE]: 'the key' } }]), PATIENT)
})

it('asks once for several jobs, and names them', async () => {
  const { stopAll } = show('one')
  const { done } = await stopAll([job('one', 'running'), job('two', 'running')])
  await screen.findByRole('alertdialog', { name: 'Stop 2 jobs?' }, PATIENT)
  screen.getByText(/^one, two: 2 running trials/)
  fireEvent.click(screen.getByRole('button', { name: 'Stop' }))
  for (const at of [0, 1]) {
    await waitFor(() => expect(asked).toHaveLength(at + 1), PATIENT)
    asked[at]?.done()
  }
  await done
  expect(['one', 'two'].map(isStopping)).toEqual([true, true])
})

async function untilBegun(times: number): Promise<void> {
  await waitFor(() => expect(begun).toBeGreaterThanOrEqual(times))
  const { result } = renderHook(() => useJob(`begun ${begun}`))
  await waitFor(() => expect(result.current).not.toBeNull())
}

async function dropAndReconnect(): Promise<void> {
  const before = begun
  engine.drop()
  await engine.reconnect()
  await untilBegun(before + 1)
}

/** What a button for the job would do; `answer`: to the question that it asks, null where it asks none. */
function show(jobName: string) {
  const wrapper = ({ children }: { readonly children: ReactNode }) =>
    createElement(QueryClientProvider, { client: queries }, children)
  render(createElement(ConfirmHost))
  const { result } = renderHook(() => useJobActions(), { wrapper })
  return {
    isMarked: () => isStopping(jobName),
    retryFailed: async () => act(async () => void result.current.retryFailed(jobName)),
    stopAll: async (jobs: readonly JobSummary[]): Promise<{ readonly done: Promise<void> }> => {
      let done: Promise<void> = Promise.resolve()
      await act(async () => {
        done = result.current.stopAll(jobs)
      })
      return { done }
    },
    stop: async (answer: string | null): Promise<{ readonly done: Promise<void> }> => {
      let done: Promise<void> = Promise.resolve()
      act(() => {
        done = result.current.stop(job(jobName, 'running'))
      })
      if (answer === null) {
        expect(screen.queryByRole('alertdialog')).toBeNull()
        return { done }
      }
      fireEvent.click(await screen.findByRole('button', { name: answer }))
      if (answer === 'Cancel') await done
      return { done }
    },
  }
}

async function* nothing(_params: object, { signal }: { readonly signal: AbortSignal }): AsyncGenerator<never> {
  await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()))
  yield* []
}

function job(jobName: string, state: JobSummary['state']): JobSummary {
  return {
    jobName,
    jobId: 'id',
    startedAt: null,
    finishedAt: null,
    totalTrials: 1,
    state,
    agents: [],
    backend: null,
    pausedMs: 0,
    models: [],
    sources: [],
    tasks: 1,
    counts: { queued: 0, running: 1, success: 0, failure: 0, timeout: 0, error: 0, aborted: 0, none: 0 },
    infrastructureErrors: 0,
    rate: { resolved: 0, total: 1, judged: 0, low: null, high: null },
    costUsd: null,
    costIsEstimate: false,
    inputTokens: null,
    cachedTokens: null,
    outputTokens: null,
    durationMs: null,
    etaMs: null,
    concurrency: null,
    own: true,
  }
}
