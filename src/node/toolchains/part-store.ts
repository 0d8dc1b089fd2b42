import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { errnoOf, toStorageError } from '../storage-error.ts'
import { parseJson } from './json.ts'
import { ownFolderPath, signOwnFolder } from './own-folder.ts'
import { removeAbandoned } from './sweep.ts'
import { writeTarPart, type PartItem } from './tar-part.ts'
import { createUses } from './uses.ts'

/** A part of a toolchain as it is kept: a tar without its end, and what is to be known of it. */
export interface KeptPart extends PartFacts {
  /** Absolute; may be read until the store is disposed of. */
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
  /** The part, from now on in use by this process. */
  find(name: string): Promise<KeptPart | null>
  /** The same for one that is made now. `build` gets an empty folder, which is gone afterwards. */
  make(name: string, build: (folder: string) => Promise<BuiltPart>, signal: AbortSignal): Promise<KeptPart>
  /** Names of the parts that are there. */
  names(): Promise<readonly string[]>
  /** An empty folder for one piece of work, which is gone afterwards. */
  borrow<T>(work: (folder: string) => Promise<T>): Promise<T>
  /** Nothing is in use any more. */
  dispose(): Promise<void>
}

export function createPartStore(folder: string): PartStore {
  const uses = createUses(folder)
  const find = async (name: string): Promise<KeptPart | null> => {
    const [facts, tar] = [join(folder, name, FACTS), join(folder, name, TAR)]
    const kept = PartFacts.safeParse(parseJson(await readFile(facts, 'utf8').catch(() => ''))).data
    if (kept === undefined || (await sizeOf(tar)) !== kept.bytes) return null
    const held = await uses.hold({ facts, tar })
    return held === null ? null : { ...kept, tar: held }
  }
  const borrow: PartStore['borrow'] = async (work) => {
    const own = ownFolderPath(folder, 'making')
    try {
      await signOwnFolder(own)
      return await work(await subfolder(own, 'work'))
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
      return entries.filter((entry) => entry.isDirectory() && !entry.name.startsWith('.')).map(({ name }) => name)
    },
    async make(name, build, signal) {
      await removeAbandoned(folder)
      return borrow(async (work) => {
        const made = join(work, 'made')
        const { version, items } = await build(await subfolder(work, 'tree'))
        await mkdir(made)
        const bytes = await writeTarPart(join(made, TAR), items, signal)
        await writeFile(join(made, FACTS), JSON.stringify({ layout: 1, version, bytes } satisfies PartFacts))
        return settle(made, join(folder, name), async () => find(name))
      })
    },
    dispose: async () => uses.dispose(),
  }
}

const TAR = 'part.tar'
/** In a part: last written, or touched, when it was last used. */
export const FACTS = 'part.json'

async function sizeOf(path: string): Promise<number | null> {
  return stat(path).then(
    ({ size }) => size,
    () => null,
  )
}

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

async function subfolder(folder: string, name: string): Promise<string> {
  const path = join(folder, name)
  await mkdir(path)
  return path
}
