import { randomBytes } from 'node:crypto'
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import type { OwnerId } from '../../core/environment/backend.ts'
import { createOwnerId, isOwnerAlive } from '../fs/owner.ts'
import { errnoOf, toStorageError } from '../storage-error.ts'
import { writeTarPart, type PartItem } from './tar-part.ts'

/** A part of a toolchain as it is kept: a tar without its end, and what is to be known of it. */
export interface KeptPart extends PartFacts {
  readonly tar: string
}
export type PartFacts = z.infer<typeof PartFacts>
const PartFacts = z.object({
  /** Raised when the layout inside changes: what was kept before is made anew. */
  layout: z.literal(1),
  version: z.string(),
  bytes: z.number(),
})

/** What was built: what goes in, and its version. */
export interface BuiltPart {
  readonly version: string
  readonly items: readonly PartItem[]
}

/** Parts by name. Several processes may use one folder: a part is whole or not there. */
export interface PartStore {
  find(name: string): Promise<KeptPart | null>
  /** `build` gets an empty folder, which is gone afterwards. */
  make(name: string, build: (folder: string) => Promise<BuiltPart>, signal: AbortSignal): Promise<KeptPart>
  /** Names of the parts that are there. */
  names(): Promise<readonly string[]>
  /** An empty folder for one piece of work, which is gone afterwards. */
  borrow<T>(work: (folder: string) => Promise<T>): Promise<T>
}

export function createPartStore(folder: string): PartStore {
  const find = async (name: string): Promise<KeptPart | null> => {
    const text = await readFile(join(folder, name, FACTS), 'utf8').catch(() => null)
    const facts = text === null ? null : PartFacts.safeParse(parseJson(text)).data
    if (facts === null || facts === undefined) return null
    const tar = join(folder, name, TAR)
    const size = await stat(tar).then(
      (found) => found.size,
      () => null,
    )
    return size === facts.bytes ? { ...facts, tar } : null
  }
  const borrow: PartStore['borrow'] = async (work) => {
    const own = join(folder, `${MAKING}${process.pid}-${randomBytes(6).toString('hex')}`)
    try {
      await mkdir(join(own, 'work'), { recursive: true })
      await writeFile(join(own, OWNER), JSON.stringify(await createOwnerId()))
      return await work(join(own, 'work'))
    } catch (thrown) {
      if (errnoOf(thrown) === '') throw thrown
      throw toStorageError(thrown, `prepare a toolchain below ${folder}`)
    } finally {
      await rm(own, { recursive: true, force: true, maxRetries: 2 }).catch(() => {})
    }
  }
  return {
    find,
    borrow,
    async names() {
      const entries = await readdir(folder, { withFileTypes: true }).catch(() => [])
      return entries.filter((entry) => entry.isDirectory() && !entry.name.startsWith(MAKING)).map(({ name }) => name)
    },
    async make(name, build, signal) {
      await sweep(folder)
      return borrow(async (work) => {
        const made = join(work, 'made')
        const { version, items } = await build(await subfolder(work, 'tree'))
        await mkdir(made)
        const bytes = await writeTarPart(join(made, TAR), items, signal)
        await writeFile(join(made, FACTS), JSON.stringify({ layout: 1, version, bytes } satisfies PartFacts))
        return settle(made, join(folder, name), async () => find(name))
      })
    },
  }
}

const TAR = 'part.tar'
const FACTS = 'part.json'
const OWNER = 'owner.json'
const MAKING = '.making-'

/** Puts a finished part into its place; where another process was faster, its part is the one. */
async function settle(made: string, place: string, find: () => Promise<KeptPart | null>): Promise<KeptPart> {
  const moved = await rename(made, place).then(
    () => true,
    (thrown: unknown) => {
      if (['ENOTEMPTY', 'EEXIST', 'EPERM'].includes(errnoOf(thrown))) return false
      throw thrown
    },
  )
  const found = await find()
  if (found !== null) return found
  if (moved) throw new Error(`${place} vanished while it was put there`)
  // What stands there is no whole part of this layout.
  await rm(place, { recursive: true, force: true })
  await rename(made, place)
  const own = await find()
  if (own === null) throw new Error(`${place} vanished while it was put there`)
  return own
}

/** Removes what processes that are gone had begun. */
async function sweep(folder: string): Promise<void> {
  const entries = await readdir(folder).catch(() => [])
  for (const name of entries.filter((entry) => entry.startsWith(MAKING))) {
    const path = join(folder, name)
    if (await isAbandoned(path)) await rm(path, { recursive: true, force: true }).catch(() => {})
  }
}

async function isAbandoned(path: string): Promise<boolean> {
  const text = await readFile(join(path, OWNER), 'utf8').catch(() => null)
  const owner = text === null ? undefined : Owner.safeParse(parseJson(text)).data
  if (owner !== undefined) return !(await isOwnerAlive(owner))
  // Its owner may be about to sign it.
  const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: Date.now() }))
  return Date.now() - mtimeMs > UNSIGNED_MS
}

const Owner = z.object({
  machineId: z.string(),
  bootId: z.string(),
  pid: z.number(),
  startTime: z.string(),
}) satisfies z.ZodType<OwnerId>

const UNSIGNED_MS = 60 * 60 * 1000

async function subfolder(folder: string, name: string): Promise<string> {
  const path = join(folder, name)
  await mkdir(path)
  return path
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
