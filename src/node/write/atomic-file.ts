import { constants } from 'node:fs'
import { open, rename, rm } from 'node:fs/promises'
import { randomBytes } from 'node:crypto'
import { dirname, join } from 'node:path'
import { NO_FOLLOW } from '../read/safe-read.ts'
import { errnoOf, toStorageError } from '../storage-error.ts'

/** What a write that was cut short leaves behind starts with this; it may be removed while nobody writes. */
export const TEMPORARY_PREFIX = '.tbcc-tmp-'

/** Pieces are written as they come. */
export type FileContent = string | Uint8Array | AsyncIterable<string>

/**
 * Replaces a file as a whole: readers see the old or the new content, also after a power cut, and once this resolves
 * the new one for good. `mode` is the file's from its first byte on. Codes: storage-full, storage-read-only, storage-failed.
 */
export async function writeFileAtomically(path: string, data: FileContent, mode = 0o644): Promise<void> {
  const temporary = temporaryBeside(path)
  try {
    await writeDurably(temporary, data, mode)
    await rename(temporary, path)
    await syncDirectory(dirname(path))
  } catch (thrown) {
    await rm(temporary, { force: true }).catch(() => {})
    throw toStorageError(thrown, `write ${path}`)
  }
}

/** A name in the same directory that nothing stands at yet. */
export function temporaryBeside(path: string): string {
  return join(dirname(path), TEMPORARY_PREFIX + randomBytes(9).toString('hex'))
}

/** Makes entries of a directory (names made, moved, removed) survive a power cut. Windows has no such call. */
export async function syncDirectory(directory: string): Promise<void> {
  if (process.platform === 'win32') return
  const handle = await open(directory, constants.O_RDONLY)
  try {
    await handle.sync()
  } catch (thrown) {
    // Some network file systems cannot, and have no need to.
    if (!['EINVAL', 'ENOTSUP'].includes(errnoOf(thrown))) throw thrown
  } finally {
    await handle.close()
  }
}

async function writeDurably(path: string, data: FileContent, mode: number): Promise<void> {
  const handle = await open(path, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | NO_FOLLOW, mode)
  try {
    await handle.writeFile(data)
    await handle.sync()
  } finally {
    await handle.close()
  }
}
