import { randomBytes } from 'node:crypto'
import { link, readdir, rename, rm, utimes, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { errnoOf } from '../storage-error.ts'
import { isSigned, ownFolderPath, ownFoldersIn, signOwnFolder } from './own-folder.ts'
import { removeAbandoned } from './sweep.ts'

/** What this process uses of the parts: as long as it runs, nobody else removes them. */
export interface Uses {
  /**
   * Marks a part as used, now and until this process ends. Returns the tar to read, which stays whatever becomes of the
   * part; null: the part is gone.
   */
  hold(part: HeldPart): Promise<string | null>
  dispose(): Promise<void>
}

export interface HeldPart {
  /** Absolute; `facts` and `tar` are in one folder, named as the part. */
  readonly facts: string
  readonly tar: string
}

/** `folder`: of all parts. A folder that cannot be written serves too: nothing of it can be removed either. */
export function createUses(folder: string): Uses {
  const own = ownFolderPath(folder, 'using')
  const open = async (): Promise<void> => {
    if (await isSigned(own)) return
    await removeAbandoned(folder)
    await signOwnFolder(own)
  }
  return {
    async hold({ facts, tar }) {
      const now = new Date()
      await utimes(facts, now, now).catch(() => {})
      await open().catch(() => {})
      const mark = join(own, basename(dirname(tar)))
      const failed = await linkOver(tar, mark).then(
        () => null,
        (thrown: unknown) => errnoOf(thrown),
      )
      if (failed === null) return mark
      if (failed === 'ENOENT' && (await isSigned(own))) return null
      // A file system without links: then the name alone says it.
      await writeFile(mark, '', { flag: 'wx' }).catch(() => {})
      return tar
    },
    async dispose() {
      await rm(own, { recursive: true, force: true, maxRetries: 2 }).catch(() => {})
    },
  }
}

/** Names of the parts that running processes use. */
export async function namesInUse(folder: string): Promise<ReadonlySet<string>> {
  const owners = await ownFoldersIn(folder, 'using')
  const names = await Promise.all(owners.map(async (path) => readdir(path).catch(() => [])))
  return new Set(names.flat().map((name) => name.replace(BESIDE, '')))
}

/** A mark in the making counts: its file is linked already. */
const BESIDE = /\.[0-9a-f]{12}$/

/** Links a file to a name that may be taken, with no moment in which the name is not there. */
async function linkOver(path: string, name: string): Promise<void> {
  const beside = `${name}.${randomBytes(6).toString('hex')}`
  await link(path, beside)
  try {
    await rename(beside, name)
  } finally {
    // It is still there where both names were one file before.
    await rm(beside, { force: true })
  }
}
