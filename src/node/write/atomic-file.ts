import { constants } from 'node:fs'
import { open, rename, rm, type FileHandle } from 'node:fs/promises'
import { randomBytes } from 'node:crypto'
import { dirname, join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
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
    await (typeof data === 'string' || data instanceof Uint8Array ? handle.writeFile(data) : writePieces(handle, data))
    await handle.sync()
  } finally {
    await handle.close()
  }
}

const WRITE_BYTES = 256 * 1024
/** A character of a JavaScript string takes at most so many in UTF-8. */
const BYTES_A_CHARACTER = 3

/**
 * Small pieces are gathered: a write for each of a million steps takes longer than making them. After each comes a turn of
 * the event loop: others have theirs, and what the piece was made of is collected while little else of its kind is alive,
 * for V8 makes the space for young objects larger by what survives.
 */
async function writePieces(handle: FileHandle, pieces: AsyncIterable<string>): Promise<void> {
  const gathered = Buffer.allocUnsafeSlow(WRITE_BYTES)
  let used = 0
  const flush = async (): Promise<void> => {
    await handle.writeFile(gathered.subarray(0, used))
    used = 0
  }
  for await (const piece of pieces) {
    const most = piece.length * BYTES_A_CHARACTER
    if (most > WRITE_BYTES - used) await flush()
    if (most > WRITE_BYTES) await handle.writeFile(piece)
    else used += gathered.write(piece, used)
    await setImmediate()
  }
  await flush()
}
