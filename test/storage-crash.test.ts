import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { StoredEvent } from '../src/contract/events.ts'
import { parseEventLine } from '../src/core/job/event-line.ts'
import { createClock } from '../src/node/clock.ts'
import { followEvents } from '../src/node/fs/follow.ts'
import { openJob, type OpenJob } from '../src/node/fs/job-files.ts'
import { isJobLocked, readJobOwner } from '../src/node/fs/job-lock.ts'
import { createOwnerId } from '../src/node/host/owner.ts'
import { createIndexStore } from '../src/node/sqlite/sqlite-store.ts'
import { startNode, type Child } from './support/child.ts'
import { projectRoot } from './support/engine.ts'
import { dumpIndex } from './support/index-dump.ts'

const SCRIPT = join(projectRoot, 'test', 'support', 'storage-child.ts')
let folder: string
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'tbcc-crash-'))))
afterEach(() => rmSync(folder, { recursive: true }))

const start = (what: string, job: string, count = 0): Child => startNode([SCRIPT, what, folder, job, String(count)])
const eventsPath = (): string => join(folder, 'job', 'a', 'tbcc.events.jsonl')
const lines = (): string[] => readFileSync(eventsPath(), 'utf8').split('\n')
const reopen = async (): Promise<OpenJob> =>
  openJob(folder, 'job', {
    mode: 'existing',
    owner: await createOwnerId(),
    secrets: [],
    clock: createClock(),
    index: null,
  })

/** The last number that a child said after a word. */
function lastSaid(child: Child, word: string): number {
  return Number([...child.stdout().matchAll(new RegExp(`${word} (\\d+)\n`, 'g'))].at(-1)?.[1] ?? 0)
}

async function kill(child: Child): Promise<void> {
  child.signal('SIGKILL')
  await child.ended
}

describe('kill -9', () => {
  test('of the writer at any moment: no gap, no double, and nothing flushed is lost', async () => {
    let before = 0
    for (let round = 0; round < 8; round += 1) {
      await using child = start('write', 'job')
      await child.until(/flushed/)
      await setTimeout(round * 9)
      await kill(child)
      const promised = before + lastSaid(child, 'flushed')

      const job = await reopen()
      const journal = await job.trial('a').openJournal()
      await journal.close()
      await job.release()
      const events = lines()
        .slice(0, -1)
        .map((line) => parseEventLine(line))
      expect(lines().at(-1)).toBe('')
      expect(events.map((event) => event?.seq)).toEqual(events.map((_, index) => index + 1))
      expect(events.length).toBeGreaterThanOrEqual(promised)
      const end = Math.max(...events.map((event) => (event?.type === 'output.written' ? event.to : 0)))
      expect(statSync(join(folder, 'job', 'a', 'tbcc.output.log')).size).toBeGreaterThanOrEqual(end)
      before = events.length
    }
    const store = createIndexStore(folder, { isHeld: async () => false })
    await store.refresh()
    await store.close()
    expect(dumpIndex(folder)['events']).toMatchObject(
      lines()
        .slice(0, -1)
        .map((json) => ({ json })),
    )
    expect(readdirSync(join(folder, 'job', 'a')).filter((name) => name.includes('damaged'))).toEqual([])
  })

  test('of the holder gives the job free, at once and without a trace of the dead', async () => {
    await using child = start('hold', 'job')
    await child.until(/held/)
    expect(isJobLocked(join(folder, 'job'))).toBe(true)
    await expect(reopen()).rejects.toMatchObject({
      code: 'busy',
      message: `${join(folder, 'job')} is being run by tbcc process ${child.pid}, since ${readJobOwner(join(folder, 'job'))?.since}`,
    })
    await using second = start('hold', 'job')
    expect((await second.ended).code).toBe(1)
    expect(second.stdout()).toBe('failed busy\n')
    expect(isJobLocked(join(folder, 'job'))).toBe(true)
    await kill(child)
    expect(isJobLocked(join(folder, 'job'))).toBe(false)
    await (await reopen()).release()
  })

  test('while a trial is replaced: it is there as a whole, or in a complete archive', async () => {
    for (let round = 0; round < 10; round += 1) {
      await using child = start('replace', 'job')
      await child.until(/replaced/)
      await setTimeout(round * 5)
      await kill(child)
      const job = await reopen()
      const counts = await job.replacedCounts()
      await job.release()
      const names = readdirSync(join(folder, 'job'))
      expect(names.filter((name) => !/^(a|a\.replaced-\d+\.tar\.gz|\.tbcc\.lock)$/.test(name))).toEqual([])
      expect(names.filter((name) => name.includes('replaced'))).toHaveLength(counts.get('a') ?? 0)
      for (const name of names.filter((archive) => archive.includes('replaced'))) {
        const listed = execFileSync('tar', ['-tzf', join(folder, 'job', name)], { encoding: 'utf8' })
        expect(listed).toContain('a/agent/2\n')
        expect(listed).toContain('a/tbcc.events.jsonl\n')
      }
      const replaced = lastSaid(child, 'replaced')
      const filled = lastSaid(child, 'filled')
      // Filled and not yet in an archive: then all of it still stands where it was.
      if (filled > replaced && !isKept(names, counts.get('a') ?? 0, filled)) {
        for (const file of ['agent/1', 'agent/2', 'tbcc.json', 'result.json']) {
          expect(readFileSync(join(folder, 'job', 'a', file), 'utf8')).toBe(`${filled} ${file}\n`.repeat(2000))
        }
      }
      for (const name of names.filter((archive) => archive.includes('replaced'))) rmSync(join(folder, 'job', name))
      rmSync(join(folder, 'job', 'a'), { recursive: true })
    }
  })
})

/** Whether the newest archive holds what was filled last. */
function isKept(names: readonly string[], newest: number, filled: number): boolean {
  const archive = `a.replaced-${newest}.tar.gz`
  if (!names.includes(archive)) return false
  return execFileSync('tar', ['-xzOf', join(folder, 'job', archive), 'a/agent/1'], { encoding: 'utf8' }).startsWith(
    `${filled} `,
  )
}

describe('several processes', () => {
  test('a follower sees each event once, in order, across writers that are killed', async () => {
    const stop = new AbortController()
    const seen: StoredEvent[] = []
    const following = (async () => {
      for await (const event of followEvents(eventsPath(), 0, stop.signal)) seen.push(event)
    })()
    for (let round = 0; round < 3; round += 1) {
      await using child = start('write', 'job')
      await child.until(/flushed \d\d\d/)
      await kill(child)
    }
    await using last = start('write', 'job', 50)
    expect((await last.ended).code).toBe(0)
    const written = lines().slice(0, -1)
    while (seen.length < written.length) await setTimeout(10)
    stop.abort()
    await following
    expect(seen).toEqual(written.map((line) => parseEventLine(line)))
  })

  test('run their jobs on one jobs folder and one index', async () => {
    const jobs = ['one', 'two', 'three']
    const children = jobs.map((name) => start('run', name))
    for (const child of children) expect(await child.ended, child.stdout() + child.stderr()).toMatchObject({ code: 0 })
    const live = dumpIndex(folder)
    expect(live['jobs']).toHaveLength(3)
    expect(live['trials']).toHaveLength(15)
    for (const suffix of ['', '-wal', '-shm']) rmSync(join(folder, `.tbcc.db${suffix}`), { force: true })
    const store = createIndexStore(folder, { isHeld: async () => false })
    await store.refresh()
    await store.close()
    expect(dumpIndex(folder)).toEqual(live)
    expect(existsSync(join(folder, '.tbcc.db.corrupt'))).toBe(false)
  })
})
