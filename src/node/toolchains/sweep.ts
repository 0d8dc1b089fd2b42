import { lstat, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { isAbandoned, ownFoldersIn } from './own-folder.ts'

export interface Removed {
  readonly count: number
  /** That the disk has again. */
  readonly bytes: number
}

/** Removes what processes that are gone had begun, and that they used something. Only the former is counted. */
export async function removeAbandoned(folder: string): Promise<Removed> {
  // First: a file is freed with its last name.
  await removeThoseOf(await ownFoldersIn(folder, 'using'))
  return removeThoseOf(await ownFoldersIn(folder, 'making'))
}

async function removeThoseOf(folders: readonly string[]): Promise<Removed> {
  let [count, bytes] = [0, 0]
  for (const path of folders) {
    if (!(await isAbandoned(path))) continue
    const freed = await bytesBelow(path, 'freed')
    const isGone = await rm(path, { recursive: true, force: true, maxRetries: 2 }).then(
      () => true,
      () => false,
    )
    if (!isGone) continue
    count += 1
    bytes += freed
  }
  return { count, bytes }
}

/** Size of the files below a folder; `freed`: of those that have no other name. */
export async function bytesBelow(folder: string, which: 'all' | 'freed'): Promise<number> {
  let bytes = 0
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => [])
  for (const entry of entries) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) bytes += await bytesBelow(path, which)
    else if (entry.isFile()) {
      const stats = await lstat(path).catch(() => null)
      if (stats !== null && (which === 'all' || stats.nlink === 1)) bytes += stats.size
    }
  }
  return bytes
}
