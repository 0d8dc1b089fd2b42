import { expect, test } from 'vitest'
import type { TrialChange } from '../../contract/api/trials.ts'
import { isJobEvent } from '../../contract/events.ts'
import { stampEvent } from '../../core/job/event-line.ts'
import { fromHarborConfig } from '../../core/job/harbor-rows.ts'
import { createMemoryStore } from '../../core/job/memory-store.ts'
import type { TrialRow } from '../../core/job/ports.ts'
import { createClock } from '../../node/clock.ts'
import { createListeners } from './listeners.ts'
import { createLiveTrials } from './live-trials.ts'
import type { JobSignal, OwnJobs } from './own-jobs.ts'
import { followTrials } from './trial-changes.ts'

const LONG_AGO = '2026-01-01T00:00:00.000000Z'
const clock = createClock()

function row(trialName: string, state: TrialRow['state'], startedAt: string): TrialRow {
  return { ...fromHarborConfig('job', trialName, null), state, startedAt }
}

/** What is told of the trials of a store, item by item. */
function follow() {
  const store = createMemoryStore(async () => true)
  const signals = createListeners<[JobSignal]>()
  const looks = createListeners<[]>()
  const own: OwnJobs = {
    signals,
    start: async () => {},
    stop: () => false,
    has: () => false,
    names: () => [],
    job: () => null,
    failure: () => null,
    stopAll: async () => {},
  }
  const live = createLiveTrials(own, { lastEvents: async () => [], eventsOf: async () => [] }, async () => null)
  let meanwhile: (() => void) | null = null
  const queryTrials: typeof store.queryTrials = async (query) => {
    const answer = await store.queryTrials(query)
    const happens = meanwhile
    meanwhile = null
    happens?.()
    return answer
  }
  const deps = { index: { queryTrials }, own, live, clock, watchForeign: (onLook: () => void) => looks.add(onLook) }
  const items = followTrials(deps, 'job', new AbortController().signal)
  return {
    store,
    look: () => looks.tell(),
    /** Happens once, between the next answer of the index and what is made of it. */
    meanwhile: (happens: () => void) => void (meanwhile = happens),
    hear(trialName: string) {
      const event = stampEvent(1, LONG_AGO, { type: 'trial.admitted', trialId: trialName, trialName })
      if (isJobEvent(event)) signals.tell({ kind: 'job', jobName: 'job', event })
    },
    async next(): Promise<string> {
      const item = await items.next()
      return item.done === true ? 'nothing more' : describe(item.value)
    },
    [Symbol.asyncDispose]: async () => void (await items.return(undefined)),
  }
}

function describe(change: TrialChange): string {
  if (change.kind === 'running') return `running: ${change.trials.map(({ trialName }) => trialName).join()}`
  return change.kind === 'removed' ? `removed: ${change.trialName}` : `${change.trial.trialName} ${change.trial.state}`
}

test('a trial of another process that begins and ends between two looks is told of, once', async () => {
  await using told = follow()
  told.store.putTrial(row('before', 'finished', clock.timestamp()))
  expect(await told.next()).toBe('running: ')
  told.store.putTrial(row('short', 'finished', clock.timestamp()))
  told.look()
  expect(await told.next()).toBe('short finished')
  told.store.putTrial(row('next', 'running', LONG_AGO))
  told.look()
  expect(await told.next()).toBe('next running')
  told.store.putTrial(row('next', 'finished', LONG_AGO))
  told.look()
  expect(await told.next()).toBe('next finished')
})

test('what is heard while it is looked for others is told, too', async () => {
  await using told = follow()
  expect(await told.next()).toBe('running: ')
  told.store.putTrial(row('theirs', 'running', LONG_AGO))
  told.meanwhile(() => {
    told.store.putTrial(row('own', 'finished', LONG_AGO))
    told.hear('own')
  })
  told.look()
  expect(await told.next()).toBe('theirs running')
  expect(await told.next()).toBe('own finished')
})

test('the end of an own trial is told once, though a look follows', async () => {
  await using told = follow()
  expect(await told.next()).toBe('running: ')
  told.store.putTrial(row('own', 'finished', clock.timestamp()))
  told.hear('own')
  expect(await told.next()).toBe('own finished')
  told.store.putTrial(row('theirs', 'running', LONG_AGO))
  told.look()
  expect(await told.next()).toBe('theirs running')
  told.store.putTrial(row('last', 'finished', LONG_AGO))
  told.hear('last')
  expect(await told.next()).toBe('last finished')
})
