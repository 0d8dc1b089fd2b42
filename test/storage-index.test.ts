import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { JobEventBody } from '../src/contract/events.ts'
import type { TrialEnvironment } from '../src/contract/trial.ts'
import { stampEvent, toEventLine } from '../src/core/job/event-line.ts'
import { INTERRUPTED_REASON } from '../src/core/job/row-order.ts'
import { createClock } from '../src/node/clock.ts'
import { isJobLocked } from '../src/node/fs/job-lock.ts'
import { openJob, type OpenJob } from '../src/node/fs/job-files.ts'
import { createIndexStore, type IndexStore } from '../src/node/sqlite/sqlite-store.ts'
import { dumpIndex } from './support/index-dump.ts'
import { describeOn, fixturesFolder } from './support/machine.ts'
import { recordOf, resultOf, writeJob, writeTrial } from './support/stored-job.ts'

let folder: string
const stores: IndexStore[] = []
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'tbcc-index-'))))
afterEach(async () => {
  for (const store of stores.splice(0)) await store.close()
  rmSync(folder, { recursive: true })
})

function open(): IndexStore {
  const store = createIndexStore(folder, {
    isHeld: async (jobName) => isJobLocked(join(folder, jobName)),
    listRefreshMs: 0,
  })
  stores.push(store)
  return store
}
async function take(
  store: IndexStore | null,
  jobName: string,
  mode: 'create' | 'existing' = 'create',
): Promise<OpenJob> {
  const owner = { machineId: 'm', bootId: 'b', pid: process.pid, startTime: '1' }
  return openJob(folder, jobName, { mode, owner, secrets: [], clock: createClock(), index: store })
}
/** A whole job, written with the index or behind its back. */
async function run(store: IndexStore | null, jobName: string, trialNames: readonly string[]): Promise<void> {
  const job = await take(store, jobName)
  await writeJob(job, jobName, trialNames)
  await job.release()
}
const STARTED = {
  type: 'job.started',
  jobId: 'i',
  jobName: 'job',
  backend: 'docker',
  backendVersion: '1',
  backendReason: null,
  totalTrials: 1,
  finishedTrials: 0,
  concurrency: 1,
  resumed: false,
} as const
const trialOfJob = { trialId: 'id of a', trialName: 'a' }
const PLANNED = {
  type: 'trial.planned',
  ...trialOfJob,
  taskName: 'task of a',
  agent: 'oracle',
  model: null,
  attempt: 1,
} as const
const ADMITTED = { type: 'trial.admitted', ...trialOfJob } as const
async function appendTo(job: OpenJob, events: readonly JobEventBody[]): Promise<void> {
  const journal = await job.openJournal()
  for (const event of events) journal.append(event)
  await journal.close()
}
const indexPath = (): string => join(folder, '.tbcc.db')
function removeIndex(): void {
  for (const suffix of ['', '-wal', '-shm']) rmSync(indexPath() + suffix, { force: true })
}

describe('the index follows the files', () => {
  test('a rebuilt index holds what the one written live holds', async () => {
    const live = open()
    await run(live, 'one', ['a', 'b'])
    const job = await take(live, 'two')
    await writeJob(job, 'two', ['c'])
    await job.replaceTrial('c')
    const journal = await job.openJournal()
    journal.append({
      type: 'trial.replaced',
      trialId: 'id of c',
      trialName: 'c',
      archive: 'c.replaced-1.tar.gz',
      reason: 'retry',
    })
    journal.append({ type: 'trial.admitted', trialId: 'id of c', trialName: 'c' })
    await journal.close()
    await writeTrial(job, 'c')
    await job.release()
    await live.close()
    const written = dumpIndex(folder)
    expect(written['events']).toHaveLength(8 + 2 * 3 + 7 + 2 * 3)
    expect(written['output']).toHaveLength(4)
    expect(written['jobs']).toHaveLength(2)

    removeIndex()
    const rebuilt = open()
    expect(await rebuilt.listJobs()).toHaveLength(2)
    await rebuilt.close()
    const fromFiles = dumpIndex(folder)
    expect(fromFiles).toEqual(written)

    const again = open()
    expect(await again.rebuild()).toEqual({ jobs: 2, trials: 3, events: written['events']?.length })
    await again.close()
    expect(dumpIndex(folder)).toEqual(fromFiles)
    expect(readdirSync(folder).filter((name) => name.includes('corrupt'))).toEqual([])
  })

  test('a trial that never got an image counts for the backend of its job, live, rebuilt and in an older index', async () => {
    const environment: TrialEnvironment = {
      backend: 'sandbox',
      backendVersion: '1',
      image: 'debian:12',
      imageId: 'host:debian-12',
      imageSource: 'host',
      containerId: null,
      workdir: '/app',
      network: 'no-network',
      cpus: null,
      memoryMb: null,
      notEnforced: [],
      settings: {},
    }
    const counted = async (store: IndexStore) => {
      const { backend, otherBackends, rate } = await store.statistics('overview', {})
      return { backend, otherBackends, total: rate.total, resolved: rate.resolved }
    }
    const both = { backend: 'sandbox', otherBackends: [], total: 2, resolved: 1 }
    const live = open()
    const job = await take(live, 'job')
    await writeJob(job, 'job', ['a', 'b'])
    await job.trial('a').writeText('tbcc.json', JSON.stringify(recordOf('a', { environment })))
    const refused = { outcome: 'error', blame: 'infrastructure', reward: null, environment: null } as const
    await job.trial('b').writeText('tbcc.json', JSON.stringify(recordOf('b', refused)))
    await job.release()
    expect(await counted(live), 'as it is written').toEqual(both)
    await live.close()

    // As the form before this one had it.
    const old = new Database(indexPath())
    old.exec("UPDATE trials SET backend = NULL WHERE trial_name = 'b'")
    old.pragma('user_version = 4')
    old.close()
    const upgraded = open()
    expect(await counted(upgraded), 'of an older index').toEqual(both)
    await upgraded.rebuild()
    expect(await counted(upgraded), 'rebuilt').toEqual(both)
  })

  test('what was written without it shows up: other processes, edits, removals', async () => {
    const store = open()
    await run(null, 'job', ['a', 'b'])
    expect((await store.listJobs()).map((row) => [row.jobName, row.state, row.totalTrials])).toEqual([
      ['job', 'completed', 2],
    ])
    expect((await store.listTrials('job')).map((row) => [row.trialName, row.outcome])).toEqual([
      ['a', 'success'],
      ['b', 'success'],
    ])
    expect(await store.lastEvents('job/a', 1)).toMatchObject([{ seq: 3 }])

    writeFileSync(
      join(folder, 'job', 'a', 'tbcc.json'),
      JSON.stringify(recordOf('a', { outcome: 'failure', blame: 'agent', reward: 0 })),
    )
    rmSync(join(folder, 'job', 'b'), { recursive: true })
    appendFileSync(
      join(folder, 'job', 'a', 'tbcc.events.jsonl'),
      '{"v":1,"seq":4,"at":"2026-11-21T04:09:57.928041Z","type":"turn.finished","turn":1}\n{"v":1,',
    )
    expect((await store.listTrials('job')).map((row) => [row.trialName, row.state, row.outcome])).toEqual([
      ['a', 'finished', 'failure'],
      ['b', 'queued', null],
    ])
    expect((await store.events('job/a', 2, 10)).map(({ type }) => type)).toEqual(['phase.finished', 'turn.finished'])
    expect(await store.events('job/b', 0, 10)).toEqual([])

    renameSync(join(folder, 'job'), join(folder, 'renamed'))
    expect((await store.listJobs()).map((row) => row.jobName)).toEqual(['renamed'])
    expect(await store.events('job/a', 0, 10)).toEqual([])
    expect(await store.events('renamed/a', 0, 10)).toHaveLength(4)
  })

  test('a stream whose file lost its tail, or became another one, is read anew', async () => {
    const store = open()
    await run(store, 'job', ['a'])
    const path = join(folder, 'job', 'a', 'tbcc.events.jsonl')
    const text = readFileSync(path, 'utf8')
    truncateSync(path, text.indexOf('\n') + 1)
    await store.refresh()
    expect((await store.events('job/a', 0, 10)).map(({ seq }) => seq)).toEqual([1])
    expect(await store.outputRanges('job/a', 0)).toEqual([])
    writeFileSync(path, text.replaceAll('agent-execution', 'verification'))
    await store.refresh()
    expect(await store.outputRanges('job/a', 0)).toMatchObject([{ phase: 'verification' }])
    expect(await store.events('job/a', 0, 1)).toMatchObject([{ type: 'phase.started', phase: 'verification' }])
    expect(await store.events('job/a', 0, 10)).toHaveLength(3)
  })

  test('a gap that failed writes left is filled from the file', async () => {
    const store = open()
    await run(store, 'job', ['a'])
    await store.close()
    const db = new Database(indexPath())
    // As if a batch in the middle had not been written.
    db.exec('DELETE FROM events WHERE seq = 2; UPDATE streams SET known_to = 1, stamp = NULL')
    db.close()
    const again = open()
    await again.refresh()
    expect((await again.events('job/a', 0, 10)).map(({ seq }) => seq)).toEqual([1, 2, 3])
  })

  test('a gap in what was told is filled from the file, though what comes after it is known', async () => {
    await run(null, 'job', ['a'])
    const store = open()
    await store.refresh()
    const lines = Array.from({ length: 6 }, (_, index) =>
      toEventLine(stampEvent(index + 1, '2026-11-21T04:09:57.928041Z', { type: 'turn.finished', turn: index })),
    )
    writeFileSync(join(folder, 'job', 'a', 'tbcc.events.jsonl'), `${lines.join('\n')}\n`)
    store.truncateEvents('job/a', 0)
    for (const seq of [1, 2, 5, 6])
      store.putEvent('job/a', seq, 'turn.finished', '2026-11-21T04:09:57.928041Z', lines[seq - 1] ?? '')
    await store.refresh()
    expect((await store.events('job/a', 0, 10)).map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5, 6])
  })

  test('a job is running while it is held, else interrupted', async () => {
    const store = open()
    const job = await take(store, 'job')
    const journal = await job.openJournal()
    journal.append(STARTED)
    await journal.flush()
    expect(await store.listJobs()).toMatchObject([{ state: 'running' }])
    await job.release()
    expect(await store.listJobs()).toMatchObject([{ state: 'interrupted' }])
  })

  test('a job that ends between the look at its row and that at its lock is not called interrupted', async () => {
    const job = await take(null, 'job')
    await job.writeText('config.json', JSON.stringify({ job_name: 'job' }))
    const journal = await job.openJournal()
    journal.append(STARTED)
    await journal.flush()
    const end = async (): Promise<void> => {
      journal.append({ type: 'job.finished', state: 'completed' })
      await journal.close()
      await job.release()
    }
    let ended: Promise<void> | undefined
    const store = createIndexStore(folder, {
      isHeld: async () => {
        await (ended ??= end())
        return false
      },
    })
    stores.push(store)
    expect(await store.listJobs()).toMatchObject([{ state: 'completed' }])
    expect(ended).toBeDefined()
  })

  describe('a job that was interrupted and goes on', () => {
    /** Called interrupted by a store; `goOn` lets another process run its trial. */
    async function interrupt(isHeld: (jobName: string) => Promise<boolean>) {
      const first = await take(null, 'job')
      await appendTo(first, [STARTED, PLANNED, ADMITTED])
      await first.release()
      const store = createIndexStore(folder, { isHeld, listRefreshMs: 0 })
      stores.push(store)
      expect(await store.listTrials('job')).toMatchObject([{ state: 'queued', reason: INTERRUPTED_REASON }])
      const held: OpenJob[] = []
      return {
        store,
        async goOn() {
          const job = await take(null, 'job', 'existing')
          held.push(job)
          await appendTo(job, [{ ...STARTED, resumed: true }, PLANNED, ADMITTED])
        },
        [Symbol.asyncDispose]: async () => void (await Promise.all(held.map(async (job) => job.release()))),
      }
    }
    const isLocked = async (jobName: string): Promise<boolean> => isJobLocked(join(folder, jobName))

    test('runs, though the index looks at its files before it looks at its lock', async () => {
      await using interrupted = await interrupt(isLocked)
      await interrupted.goOn()
      await interrupted.store.look()
      await interrupted.store.refresh()
      expect(dumpIndex(folder)['trials']).toMatchObject([{ state: 'running', reason: null }])
      expect(await interrupted.store.listTrials('job')).toMatchObject([{ state: 'running', reason: null }])
    })

    test('runs from the next question on, where it goes on between the look at its lock and the answer', async () => {
      let afterLook: (() => Promise<void>) | null = null
      await using interrupted = await interrupt(async (jobName) => {
        const isHeld = await isLocked(jobName)
        const happens = afterLook
        afterLook = null
        await happens?.()
        return isHeld
      })
      afterLook = async () => interrupted.goOn()
      await interrupted.store.listTrials('job')
      expect(afterLook).toBeNull()
      const [trial] = await interrupted.store.listTrials('job')
      expect(trial).toMatchObject({ state: 'running', reason: null })
      expect(trial?.startedAt).not.toBeNull()
    })
  })

  test('a trial without our record is read from the files of Harbor', async () => {
    const store = open()
    await run(store, 'job', ['a'])
    rmSync(join(folder, 'job', 'a', 'tbcc.json'))
    const fields = {
      verifier_result: { rewards: { accuracy: 0.25, speed: 1 } },
      exception_info: { exception_type: 'AgentTimeoutError' },
    }
    writeFileSync(join(folder, 'job', 'a', 'result.json'), resultOf('a', fields))
    expect(await store.listTrials('job')).toMatchObject([
      { state: 'finished', outcome: 'timeout', blame: 'agent', reward: 0.25, exceptionType: 'AgentTimeoutError' },
    ])
  })
})

describeOn('fixtures', 'jobs of Harbor', () => {
  test('are listed from the files that Harbor wrote', async () => {
    cpSync(join(fixturesFolder, 'harbor-job', 'oracle'), join(folder, 'orc-oracle-0'), { recursive: true })
    const store = open()
    expect(await store.listJobs()).toEqual([
      {
        jobName: 'orc-oracle-0',
        jobId: 'f7343d7c-ef50-4a44-983a-012ca53a6b94',
        startedAt: '2026-11-21T04:09:57.928041Z',
        finishedAt: '2026-11-21T04:10:10.817384Z',
        totalTrials: 1,
        pausedMs: 0,
        state: 'completed',
        agents: ['oracle'],
        backend: 'docker',
      },
    ])
    expect(await store.listTrials('orc-oracle-0')).toEqual([
      {
        jobName: 'orc-oracle-0',
        trialName: 'hello-one__q7vyKrJ',
        trialId: '8d359e01-e466-4d3b-ba16-f39e3446f352',
        taskName: 'hb/hello-one',
        agent: 'oracle',
        model: null,
        attempt: null,
        backend: 'docker',
        state: 'finished',
        outcome: 'success',
        blame: null,
        reward: 1,
        testsPassed: null,
        testsTotal: null,
        exceptionType: null,
        inputTokens: null,
        cachedTokens: null,
        outputTokens: null,
        costUsd: null,
        costIsEstimate: false,
        startedAt: '2026-11-21T04:09:57.928041Z',
        finishedAt: '2026-11-21T04:10:10.817384Z',
        durationMs: 12889,
        source: null,
        difficulty: null,
        category: null,
        steps: null,
        reason: null,
        assisted: false,
      },
    ])
    rmSync(join(folder, 'orc-oracle-0', 'result.json'))
    rmSync(join(folder, 'orc-oracle-0', 'hello-one__q7vyKrJ', 'result.json'))
    expect(await store.listJobs()).toMatchObject([{ state: 'interrupted', finishedAt: null }])
    expect(await store.listTrials('orc-oracle-0')).toMatchObject([
      { state: 'queued', reason: INTERRUPTED_REASON, taskName: 'hello-one', agent: 'oracle' },
    ])
  })
})

describe('a damaged index', () => {
  const damages: Readonly<Record<string, () => void>> = {
    'is missing': removeIndex,
    'is empty': () => {
      removeIndex()
      writeFileSync(indexPath(), '')
    },
    'has a damaged header': () => overwrite(0, 4096, 0x5a),
    'is all zeros': () => writeFileSync(indexPath(), Buffer.alloc(statSync(indexPath()).size)),
    'is cut': () => truncateSync(indexPath(), Math.floor(statSync(indexPath()).size / 2)),
    'has no tables': () => {
      removeIndex()
      const db = new Database(indexPath())
      db.exec('CREATE TABLE other (a); PRAGMA user_version = 1')
      db.close()
    },
  }
  for (const [name, damage] of Object.entries(damages)) {
    test(`${name}: it is made anew by itself with the same content`, async () => {
      const first = open()
      await run(first, 'job', ['a', 'b'])
      await first.refresh()
      await first.close()
      const before = dumpIndex(folder)
      damage()
      const again = open()
      expect(await again.listTrials('job')).toHaveLength(2)
      expect(await again.lastEvents('job/b', 10)).toHaveLength(3)
      await again.close()
      expect(dumpIndex(folder)).toEqual(before)
    })
  }

  test('with any page overwritten it still gives what the files say', async () => {
    const first = open()
    await run(first, 'job', ['a', 'b', 'c'])
    await first.refresh()
    const rows = {
      jobs: await first.listJobs(),
      trials: await first.listTrials('job'),
      events: await first.events('job/b', 0, 10),
    }
    await first.close()
    const sound = readFileSync(indexPath())
    for (let page = 0; page * 4096 < sound.length; page += 1) {
      removeIndex()
      writeFileSync(indexPath(), sound)
      overwrite(page * 4096, 4096, 0xa5)
      const again = open()
      const found = {
        jobs: await again.listJobs(),
        trials: await again.listTrials('job'),
        events: await again.events('job/b', 0, 10),
      }
      expect(found, `page ${page}`).toEqual(rows)
      await again.close()
    }
  })

  test('never fails a job that is being written', async () => {
    const store = open()
    const job = await take(store, 'job')
    await store.flush()
    // The header under an open connection: the next statement finds it.
    overwrite(0, 100, 0x5a)
    await writeJob(job, 'job', ['a', 'b'])
    await job.release()
    expect((await store.listTrials('job')).map((row) => row.state)).toEqual(['finished', 'finished'])
    expect(await store.lastEvents('job/b', 1)).toMatchObject([{ seq: 3 }])
  })

  test('that is removed while it is open is made anew', async () => {
    const store = open()
    await run(store, 'one', ['a'])
    expect(await store.listJobs()).toHaveLength(1)
    removeIndex()
    await run(store, 'two', ['b'])
    expect((await store.listJobs()).map((row) => row.jobName).sort()).toEqual(['one', 'two'])
    expect(existsSync(indexPath())).toBe(true)
  })

  test('of a newer version is left as it is', async () => {
    const db = new Database(indexPath())
    db.exec('CREATE TABLE future (a); PRAGMA user_version = 99')
    db.close()
    const store = open()
    await run(store, 'job', ['a'])
    expect(await store.listTrials('job')).toMatchObject([{ state: 'finished' }])
    await store.close()
    const after = new Database(indexPath())
    expect(after.pragma('user_version', { simple: true })).toBe(99)
    after.close()
  })
})

test('a store that cannot reach its folder answers with nothing, and says so when it is to be rebuilt', async () => {
  const store = createIndexStore(join(folder, 'none'), { isHeld: async () => false })
  stores.push(store)
  expect(await store.listJobs()).toEqual([])
  await expect(store.rebuild()).rejects.toMatchObject({ code: 'storage-read-only' })
  expect(existsSync(join(folder, 'none'))).toBe(false)
})

function overwrite(offset: number, length: number, byte: number): void {
  const bytes = readFileSync(indexPath())
  bytes.fill(byte, offset, Math.min(bytes.length, offset + length))
  writeFileSync(indexPath(), bytes)
}
