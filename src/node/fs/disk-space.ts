import { statfs } from 'node:fs/promises'
import { dirname } from 'node:path'
import { toStorageError } from '../storage-error.ts'

/** Bytes that this user may still write where a path is, or would be made. */
export async function freeBytes(path: string): Promise<number> {
  try {
    const { bavail, bsize } = await statfs(path)
    return bavail * bsize
  } catch (thrown) {
    const parent = dirname(path)
    if (parent === path) throw toStorageError(thrown, `look at the disk of ${path}`)
    return freeBytes(parent)
  }
}
