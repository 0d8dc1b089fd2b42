import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, type TestContext } from 'vitest'
import { parseEventLine } from '../src/core/job/event-line.ts'
import { createClock } from '../src/node/clock.ts'
import { freeBytes } from '../src/node/fs/disk-space.ts'
import { isJobLocked } from '../src/node/fs/job-lock.ts'
import { openJob, type OpenJob } from '../src/node/fs/job-files.ts'
import { createIndexStore, type IndexStore } from '../src/node/sqlite/sqlite-store.ts'
import { start } from './support/child.ts'
import { projectRoot } from './support/engine.ts'
import { writeJob } from './support/stored-job.ts'

let folder: string
let mounted = false
const stores: IndexStore[] = []
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tbcc-disk-'))
  mounted = false
})
afterEach(async () => {
  for (const store of stores.splice(0)) await store.close()
  if (mounted) execFileSync('umount', ['-l', folder])
  rmSync(folder, { recursive: true })
})

/** Makes the folder a disk of its own; skips the test where that is not allowed. */
function mountDisk(context: TestContext, sizeKb: number): void {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${sizeKb}k`, 'tmpfs', folder], { stdio: 'ignore' })
    mounted = true
  } catch {
    context.skip('no disk can be mounted here: that takes root')
  }
}
function fill(): void {
  const block = Buffer.alloc(4096)
  try {
    for (;;) writeFileSync(join(folder, 'filler'), block, { flag: 'a' })
  } catch {
    // Full.
  }
}
function open(): IndexStore {
  const store = createIndexStore(folder, {
    isHeld: async (jobName) => isJobLocked(join(folder, jobName)),
    listRefreshMs: 0,
  })
  stores.push(store)
  return store
}
async function take(mode: 'create' | 'existing', index: IndexStore | null): Promise<OpenJob> {
  const owner = { machineId: 'm', bootId: 'b', pid: process.pid, startTime: '1' }
  return openJob(folder, 'job', { mode, owner, secrets: [], clock: createClock(), index })
}
const message = (text: string) =>
  ({ type: 'message.received', turn: 1, source: 'agent', text, reasoning: null }) as const
const eventsOf = (path: string) =>
  readFileSync(path, 'utf8')
    .split('\n')
    .flatMap((line) => parseEventLine(line) ?? [])

describe('a full disk', () => {
  test('shows in flush, costs no event that was written, and none that is written once there is room', async (context) => {
    mountDisk(context, 2000)
    const job = await take('create', null)
    const files = job.trial('a')
    const journal = await files.openJournal()
    journal.append(message('before'))
    await journal.flush()
    fill()
    for (let event = 0; event < 50; event += 1) journal.append(message('x'.repeat(1000)))
    await expect(journal.flush()).rejects.toMatchObject({ code: 'storage-full' })
    await expect(journal.flush({ durable: true })).rejects.toMatchObject({ code: 'storage-full' })
    const path = join(files.directory, 'tbcc.events.jsonl')
    expect(readFileSync(path, 'utf8').endsWith('}\n')).toBe(true)
    await expect(files.writeText('result.json', 'x'.repeat(10_000))).rejects.toMatchObject({ code: 'storage-full' })
    expect(await files.exists('result.json')).toBe(false)
    rmSync(join(folder, 'filler'))
    await journal.close()
    expect(eventsOf(path).map(({ seq }) => seq)).toEqual(Array.from({ length: 51 }, (_, index) => index + 1))
    await job.release()
  })

  test('silences no stream: once there is room, its events are written by themselves', async (context) => {
    mountDisk(context, 2000)
    const job = await take('create', null)
    const files = job.trial('a')
    const told: number[] = []
    job.subscribe((_stream, { seq }) => told.push(seq))
    const journal = await files.openJournal()
    fill()
    journal.append(message('x'.repeat(10_000)))
    await expect(journal.flush()).rejects.toMatchObject({ code: 'storage-full' })
    journal.append(message('after it failed'))
    rmSync(join(folder, 'filler'))
    journal.append(message('with room again'))
    await expect.poll(() => told, { timeout: 60_000 }).toEqual([1, 2, 3])
    expect(eventsOf(join(files.directory, 'tbcc.events.jsonl')).map(({ seq }) => seq)).toEqual(told)
    await journal.close()
    await job.release()
  })

  test('holds the producer of output, and takes its bytes once there is room', async (context) => {
    mountDisk(context, 8000)
    const job = await take('create', null)
    const output = await job.trial('a').openOutput()
    const chunk = Buffer.alloc(64 * 1024, 'y')
    let taken = 0
    await expect(
      (async () => {
        for (;;) {
          await output.write(chunk)
          taken += chunk.length
        }
      })(),
    ).rejects.toMatchObject({ code: 'storage-full' })
    await expect(output.flush()).rejects.toMatchObject({ code: 'storage-full' })
    execFileSync('mount', ['-o', 'remount,size=40000k', folder])
    await output.close()
    expect(readFileSync(join(folder, 'job', 'a', 'tbcc.output.log')).equals(Buffer.alloc(taken, 'y'))).toBe(true)
    await job.release()
  })

  test('does not fail a job by way of its index, which catches up', async (context) => {
    mountDisk(context, 3000)
    const store = open()
    await store.refresh()
    const job = await take('create', store)
    await writeJob(job, 'job', ['a'])
    fill()
    rmSync(join(folder, 'filler'))
    writeFileSync(join(folder, 'filler'), Buffer.alloc((await freeBytes(folder)) - 400_000))
    // Room for the files, and not for the index beside them.
    const files = job.trial('b')
    const journal = await files.openJournal()
    for (let event = 0; event < 40; event += 1) journal.append(message('z'.repeat(6000)))
    await journal.flush()
    expect(await store.lastEvents('job/b', 1)).toMatchObject([{ seq: 40 }])
    rmSync(join(folder, 'filler'))
    await journal.close()
    await job.release()
    await store.close()
    expect(await open().lastEvents('job/b', 1)).toMatchObject([{ seq: 40 }])
  })

  test('or a limit of the size of files is told as one', async () => {
    const script = join(projectRoot, 'test', 'support', 'storage-child.ts')
    const command = `trap '' XFSZ; ulimit -f 300; exec "$@"`
    await using child = start('bash', ['-c', command, 'bash', process.execPath, script, 'write', folder, 'job'])
    expect((await child.ended).code).toBe(1)
    expect(child.stdout()).toMatch(/failed storage-full\n$/)
    const events = eventsOf(join(folder, 'job', 'a', 'tbcc.events.jsonl'))
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1))
    expect(events.length).toBeGreaterThanOrEqual(Number([...child.stdout().matchAll(/flushed (\d+)/g)].at(-1)?.[1]))
  })
})

describe('a read-only jobs folder', () => {
  async function prepare(context: TestContext): Promise<void> {
    mountDisk(context, 4000)
    const store = open()
    const job = await take('create', store)
    await writeJob(job, 'job', ['a', 'b'])
    await job.release()
    await store.close()
  }
  const lock = (): void => void execFileSync('mount', ['-o', 'remount,ro', folder])

  for (const hasIndex of [true, false]) {
    test(`is read ${hasIndex ? 'beside' : 'without'} its index`, async (context) => {
      await prepare(context)
      if (!hasIndex)
        for (const suffix of ['', '-wal', '-shm']) rmSync(join(folder, `.tbcc.db${suffix}`), { force: true })
      lock()
      const store = open()
      expect(await store.listJobs()).toMatchObject([{ jobName: 'job', state: 'completed' }])
      expect(await store.listTrials('job')).toMatchObject([{ outcome: 'success' }, { outcome: 'success' }])
      expect((await store.lastEvents('job/b', 2)).map(({ seq }) => seq)).toEqual([2, 3])
      await expect(store.rebuild()).rejects.toMatchObject({ code: 'storage-read-only' })
      expect(isJobLocked(join(folder, 'job'))).toBe(false)
    })
  }

  test('is said to be one by whatever would write', async (context) => {
    await prepare(context)
    const job = await take('existing', null)
    await job.release()
    lock()
    await expect(take('existing', null)).rejects.toMatchObject({ code: 'storage-read-only' })
    await expect(
      openJob(folder, 'new', {
        mode: 'create',
        owner: { machineId: '', bootId: '', pid: 1, startTime: '' },
        secrets: [],
        clock: createClock(),
        index: null,
      }),
    ).rejects.toMatchObject({
      code: 'storage-read-only',
    })
  })
})

test('the room on a disk is known before a folder is made', async () => {
  const [there, notYet] = [await freeBytes(folder), await freeBytes(join(folder, 'not', 'yet', 'there'))]
  expect(there).toBeGreaterThan(0)
  // The same disk, looked at twice while others write to it.
  expect(notYet / there).toBeCloseTo(1, 1)
})
