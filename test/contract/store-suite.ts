import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { TrialEventBody } from '../../src/contract/events.ts'
import { stampEvent, toEventLine } from '../../src/core/job/event-line.ts'
import type { JobTotals } from '../../src/core/analysis/job-totals.ts'
import { createMemoryQueries } from '../../src/core/analysis/memory-queries.ts'
import type { JobRow, RunStore, TrialRow } from '../../src/core/job/ports.ts'
import { randomFilter, randomSort, randomTrials } from './random-trials.ts'

export interface StoreUnderTest {
  readonly store: RunStore
  dispose(): Promise<void>
}

const AT = '2026-11-21T04:09:57.928041Z'

/** What every RunStore does. `open` gives an empty store that takes one job for held. */
export function describeRunStore(name: string, open: (heldJob: string) => Promise<StoreUnderTest>): void {
  describe(`RunStore: ${name}`, () => {
    let tested: StoreUnderTest
    let store: RunStore

    beforeEach(async () => {
      tested = await open('held')
      store = tested.store
    })
    afterEach(async () => tested.dispose())

    it('gives back jobs as they were put, the newest first', async () => {
      store.putJob(
        jobRow('old', { startedAt: '2026-11-20T00:00:00.000000Z', state: 'completed', agents: ['oracle', 'nop'] }),
      )
      store.putJob(jobRow('new', { startedAt: '2026-11-21T00:00:00.000000Z', state: 'cancelled' }))
      const rows = await store.listJobs()
      expect(rows.map((row) => row.jobName)).toEqual(['new', 'old'])
      expect(rows[1]).toEqual(
        jobRow('old', { startedAt: '2026-11-20T00:00:00.000000Z', state: 'completed', agents: ['oracle', 'nop'] }),
      )
    })

    it('calls a running job interrupted unless it is held', async () => {
      store.putJob(jobRow('held', { state: 'running' }))
      store.putJob(jobRow('left', { state: 'running' }))
      const states = new Map((await store.listJobs()).map((row) => [row.jobName, row.state]))
      expect(states.get('held')).toBe('running')
      expect(states.get('left')).toBe('interrupted')
    })

    it('keeps the last row that was put of a trial, with every field', async () => {
      store.putTrial(trialRow('job', 'a', { state: 'running' }))
      const full = trialRow('job', 'a', {
        state: 'finished',
        trialId: 'id-a',
        model: 'm',
        attempt: 2,
        backend: 'docker',
        outcome: 'failure',
        blame: 'agent',
        reward: 0.25,
        testsPassed: 1,
        testsTotal: 4,
        exceptionType: 'NonZeroAgentExitCodeError',
        inputTokens: 12,
        cachedTokens: 0,
        outputTokens: 3,
        costUsd: 0.0125,
        startedAt: AT,
        finishedAt: AT,
        durationMs: 12.5,
      })
      store.putTrial(full)
      expect(await store.listTrials('job')).toEqual([full])
      expect(await store.listTrials('other')).toEqual([])
    })

    it('lists attempts of one task by one agent together, in order', async () => {
      for (const [trial, taskName, agent, attempt] of [
        ['d', 'task-2', 'nop', 1],
        ['c', 'task-1', 'oracle', 1],
        ['b', 'task-1', 'nop', 2],
        ['a', 'task-1', 'nop', 1],
      ] as const) {
        store.putTrial(trialRow('job', trial, { taskName, agent, attempt }))
      }
      expect((await store.listTrials('job')).map((row) => row.trialName)).toEqual(['a', 'b', 'c', 'd'])
    })

    it('finds trials of all jobs by name and by id', async () => {
      store.putTrial(trialRow('one', 'same', { trialId: 'id-1' }))
      store.putTrial(trialRow('two', 'same', { trialId: 'id-2' }))
      expect((await store.findTrial('same')).map((row) => row.jobName)).toEqual(['one', 'two'])
      expect((await store.findTrial('id-2')).map((row) => row.jobName)).toEqual(['two'])
      expect(await store.findTrial('sam')).toEqual([])
    })

    it('pages events by seq and gives the last ones in order', async () => {
      for (let seq = 1; seq <= 100; seq += 1) putEvent(store, 'job/a', seq, turn(seq))
      putEvent(store, 'job/b', 1, turn(1))
      expect((await store.events('job/a', 97, 10)).map(({ seq }) => seq)).toEqual([98, 99, 100])
      expect((await store.events('job/a', 0, 2)).map(({ seq }) => seq)).toEqual([1, 2])
      expect((await store.lastEvents('job/a', 3)).map(({ seq }) => seq)).toEqual([98, 99, 100])
      expect(await store.lastEvents('job/a', 0)).toEqual([])
      expect(await store.events('job/a', 100, 10)).toEqual([])
      expect(await store.events('job/none', 0, 10)).toEqual([])
      expect(await store.events('job/b', 0, 10)).toEqual([stampEvent(1, AT, turn(1))])
    })

    it('keeps any text of an event', async () => {
      const text = 'line\nquote " back \\ nul \u0000 emoji 🧪 half \ud83e line separator \u2028'
      putEvent(store, 'job/a', 1, { ...turn(1), text })
      const [event] = await store.events('job/a', 0, 1)
      expect(event).toMatchObject({ seq: 1, text })
    })

    it('forgets events behind a cut and takes what is written in their place', async () => {
      for (let seq = 1; seq <= 5; seq += 1) putEvent(store, 'job/a', seq, written(seq))
      store.truncateEvents('job/a', 3)
      expect((await store.events('job/a', 0, 10)).map(({ seq }) => seq)).toEqual([1, 2, 3])
      putEvent(store, 'job/a', 4, turn(40))
      expect((await store.events('job/a', 3, 10)).map(({ type }) => type)).toEqual(['message.received'])
      expect((await store.outputRanges('job/a', 0)).map(({ seq }) => seq)).toEqual([1, 2, 3])
    })

    it('knows where the output stands', async () => {
      putEvent(store, 'job/a', 1, written(1))
      putEvent(store, 'job/a', 2, turn(1))
      putEvent(store, 'job/a', 3, written(3))
      expect(await store.outputRanges('job/a', 0)).toEqual([
        { seq: 1, phase: 'verification', from: 10, to: 20 },
        { seq: 3, phase: 'verification', from: 30, to: 40 },
      ])
      expect((await store.outputRanges('job/a', 1)).map(({ seq }) => seq)).toEqual([3])
      expect(await store.outputRanges('job/none', 0)).toEqual([])
    })

    it('deletes a trial and a job with all that is theirs', async () => {
      store.putJob(jobRow('job', {}))
      store.putJob(jobRow('job-2', {}))
      for (const trial of ['a', 'b']) {
        store.putTrial(trialRow('job', trial, {}))
        putEvent(store, `job/${trial}`, 1, turn(1))
      }
      store.putTrial(trialRow('job-2', 'a', {}))
      putEvent(store, 'job-2/a', 1, turn(1))
      putEvent(store, 'job', 1, turn(1))
      store.deleteTrial('job', 'a')
      expect((await store.listTrials('job')).map((row) => row.trialName)).toEqual(['b'])
      expect(await store.events('job/a', 0, 10)).toEqual([])
      store.deleteJob('job')
      expect((await store.listJobs()).map((row) => row.jobName)).toEqual(['job-2'])
      expect(await store.listTrials('job')).toEqual([])
      expect(await store.events('job/b', 0, 10)).toEqual([])
      expect(await store.events('job', 0, 10)).toEqual([])
      expect(await store.events('job-2/a', 0, 10)).toHaveLength(1)
    })

    it('answers questions over many trials as their rows say', async () => {
      await fc.assert(
        fc.asyncProperty(randomTrials, randomFilter, randomSort, fc.nat(5), async (rows, filter, sort, offset) => {
          for (const { jobName, trialName } of (await store.queryTrials(EVERYTHING)).trials)
            store.deleteTrial(jobName, trialName)
          for (const row of rows) store.putTrial(row)
          const expected = createMemoryQueries(() => rows)
          const query = { filter, sort, offset, limit: 4 }
          expect(await store.queryTrials(query)).toEqual(await expected.queryTrials(query))
          expect(await store.facets(filter)).toEqual(await expected.facets(filter))
          expect(byName(await store.jobTotals(null))).toEqual(byName(await expected.jobTotals(null)))
          expect(await store.jobTotals(['two'])).toEqual(await expected.jobTotals(['two']))
          expect(await store.spentUsd('2026-11-21')).toEqual(await expected.spentUsd('2026-11-21'))
          for (const kind of ['overview', 'timeline', 'combinations', 'tasks'] as const)
            expect(await store.statistics(kind, filter)).toEqual(await expected.statistics(kind, filter))
        }),
        { numRuns: 400 },
      )
    })

    it('has taken everything when flush resolves, and closes twice', async () => {
      putEvent(store, 'job/a', 1, turn(1))
      await store.flush()
      expect(await store.events('job/a', 0, 10)).toHaveLength(1)
      await store.close()
      await store.close()
    })
  })
}

const EVERYTHING = {
  filter: {},
  sort: { column: 'trialName', descending: false },
  offset: 0,
  limit: 1000,
} as const

function byName(totals: readonly JobTotals[]): readonly JobTotals[] {
  return totals.toSorted((a, b) => (a.jobName < b.jobName ? -1 : 1))
}

function jobRow(jobName: string, fields: Partial<JobRow>): JobRow {
  return {
    jobName,
    jobId: `id of ${jobName}`,
    startedAt: null,
    finishedAt: null,
    totalTrials: 1,
    pausedMs: 0,
    state: 'completed',
    agents: ['oracle'],
    backend: 'docker',
    ...fields,
  }
}

function trialRow(jobName: string, trialName: string, fields: Partial<TrialRow>): TrialRow {
  return {
    jobName,
    trialName,
    trialId: null,
    taskName: 'task',
    agent: 'oracle',
    model: null,
    attempt: 1,
    backend: null,
    state: 'queued',
    outcome: null,
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
    reason: null,
    assisted: false,
    costIsEstimate: false,
    ...fields,
  }
}

function putEvent(store: RunStore, stream: string, seq: number, body: TrialEventBody): void {
  store.putEvent(stream, seq, body.type, AT, toEventLine(stampEvent(seq, AT, body)))
}

function turn(number: number): Extract<TrialEventBody, { type: 'message.received' }> {
  return { type: 'message.received', turn: number, source: 'agent', text: `turn ${number}`, reasoning: null }
}

function written(seq: number): TrialEventBody {
  return { type: 'output.written', phase: 'verification', from: seq * 10, to: seq * 10 + 10 }
}
