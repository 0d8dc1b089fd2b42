import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { link, mkdir, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createOwnerId } from '../host/owner.ts'
import { createToolchainCache } from './cache.ts'
import { createPartStore, FACTS, type PartStore } from './part-store.ts'

const DAY_MS = 24 * 60 * 60 * 1000

let folder = ''
let stores: PartStore[] = []

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tbcc-cache-'))
})
afterEach(async () => {
  await Promise.all(stores.map((store) => store.dispose()))
  stores = []
  await rm(folder, { recursive: true, force: true })
})

/** A store as each process has its own. */
function openStore(): PartStore {
  const store = createPartStore(folder)
  stores.push(store)
  return store
}

const openCache = () => createToolchainCache(folder, openStore())

/** A part that a process made which has ended since. */
async function makePart(name: string, days = 0): Promise<void> {
  const store = openStore()
  const build = async () => Promise.resolve({ version: '1.0.0', items: [{ name: 'tool/bin/tool', script: name }] })
  await store.make(name, build, new AbortController().signal)
  await store.dispose()
  await age(name, days)
}

async function age(name: string, days: number): Promise<void> {
  const then = new Date(Date.now() - days * DAY_MS)
  await utimes(join(folder, name, FACTS), then, then)
}

/** A folder of a process, with what it has in it. */
async function leaveFolder(name: string, pid: number, files: Readonly<Record<string, string>>): Promise<void> {
  await mkdir(join(folder, name, 'begun'), { recursive: true })
  await writeFile(join(folder, name, 'owner.json'), JSON.stringify({ ...(await createOwnerId()), pid, startTime: '' }))
  for (const [file, text] of Object.entries(files)) await writeFile(join(folder, name, file), text)
}

const NOBODY = 2 ** 22 + 1

test('what was not used for long is removed, and the bytes that this frees are told', async () => {
  await makePart('old@1', 31)
  await makePart('new@1', 29)
  const bytes = (await stat(join(folder, 'old@1/part.tar'))).size + (await stat(join(folder, 'old@1', FACTS))).size
  const cleaned = await openCache().clean()
  expect(cleaned).toMatchObject({ removed: [{ name: 'old@1', bytes }], halfMade: 0, freedBytes: bytes, left: 0 })
  expect(Date.now() - Date.parse(cleaned.removed[0]?.lastUsedAt ?? '')).toBeGreaterThan(30 * DAY_MS)
  expect(await readdir(folder)).toEqual(['new@1'])
})

test('its use is recorded: a part that was made long ago is kept while it is used', async () => {
  await makePart('tool@1', 365)
  const user = openStore()
  expect(await user.find('tool@1')).not.toBeNull()
  await user.dispose()
  expect(await openCache().clean()).toMatchObject({ removed: [], left: 0 })
  expect(await openStore().find('tool@1')).not.toBeNull()
})

test('what a running process has used stays, however long ago, until that process has ended', async () => {
  const child = spawn(process.execPath, ['-e', 'process.stdin.resume()'], { stdio: ['pipe', 'ignore', 'ignore'] })
  await once(child, 'spawn')
  await makePart('tool@1', 31)
  await leaveFolder('.using-child', child.pid ?? 0, { 'tool@1': '' })
  expect(await openCache().clean()).toMatchObject({ removed: [], left: 1, freedBytes: 0 })
  child.kill('SIGKILL')
  await once(child, 'exit')
  expect(await openCache().clean()).toMatchObject({ removed: [{ name: 'tool@1' }], left: 0 })
  expect(await readdir(folder)).toEqual([])
})

test('what a process of before began is removed and counted; what one that runs began is left', async () => {
  await leaveFolder('.making-dead', NOBODY, { 'begun/half': '12345', 'begun/shared': 'with a client' })
  await link(join(folder, '.making-dead/begun/shared'), join(folder, 'elsewhere'))
  await leaveFolder('.making-alive', process.pid, { 'begun/half': '1' })
  const { size } = await stat(join(folder, '.making-dead/owner.json'))
  expect(await openCache().clean()).toEqual({ removed: [], halfMade: 1, freedBytes: 5 + size, left: 0 })
  expect(await readdir(folder)).toEqual(['.making-alive', 'elsewhere'])
})

test('a folder that is no whole part is kept as long', async () => {
  await mkdir(join(folder, 'broken@1'))
  expect((await openCache().clean()).removed).toEqual([])
  const then = new Date(Date.now() - 31 * DAY_MS)
  await utimes(join(folder, 'broken@1'), then, then)
  expect((await openCache().clean()).removed).toMatchObject([{ name: 'broken@1', bytes: 0 }])
})

test('what is held can be read whatever becomes of the cache, and is made anew in it', async () => {
  await makePart('tool@1')
  const store = openStore()
  const held = await store.find('tool@1')
  await rm(join(folder, 'tool@1'), { recursive: true })
  expect(await readFile(held?.tar ?? '', 'utf8')).toContain('tool@1')
  await rm(folder, { recursive: true })
  expect(await store.find('tool@1')).toBeNull()
  await makePart('tool@1')
  expect(await store.find('tool@1')).not.toBeNull()
})

test('a part that is taken up in the moment of cleaning is either kept, or not found', async () => {
  await makePart('tool@1')
  const outcomes: string[] = []
  for (let round = 0; round < 100; round += 1) {
    const [cache, user] = [openCache(), openStore()]
    await age('tool@1', 31)
    const [{ removed }, found] = await Promise.all([cache.clean(), user.find('tool@1')])
    if (found !== null) expect(await readFile(found.tar, 'utf8')).toContain('tool@1')
    outcomes.push(`${found === null ? 'not found' : 'found'}, ${removed.length === 0 ? 'kept' : 'removed'}`)
    await user.dispose()
    if (removed.length > 0) await makePart('tool@1')
  }
  expect(outcomes).not.toContain('found, removed')
})

test('the size of it all: what is used is counted once', async () => {
  const nothing = { path: folder, count: 0, bytes: 0 }
  expect(await openCache().measure()).toEqual(nothing)
  await makePart('tool@1')
  const free = await openCache().measure()
  expect(free).toMatchObject({ path: folder, count: 1 })
  expect(free.bytes).toBeGreaterThan(1024)
  await openStore().find('tool@1')
  expect(await openCache().measure()).toEqual(free)
})

test('nothing is left of a use that has ended', async () => {
  await makePart('tool@1')
  const store = openStore()
  await store.find('tool@1')
  expect((await readdir(folder)).map((name) => name.replace(/-.*/, ''))).toEqual(['.using', 'tool@1'])
  await store.dispose()
  expect(await readdir(folder)).toEqual(['tool@1'])
})
