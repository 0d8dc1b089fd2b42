import { lstat, readdir } from 'node:fs/promises'
import { join } from 'node:path'

/** More files than this in one folder of logs are no logs. */
const MAX_FILES = 10_000

/**
 * Regular files below a folder of a trial with their sizes, in path order; paths are relative to `directory`, with forward
 * slashes. Links are neither listed nor followed; what cannot be read is left out.
 */
export async function filesBelow(
  directory: string,
  parts: readonly string[],
): Promise<readonly { readonly path: string; readonly bytes: number }[]> {
  const found: { path: string; bytes: number }[] = []
  const folders = [parts.join('/')]
  if (!(await isRealFolder(directory, parts))) return []
  for (const folder of folders) {
    const entries = await readdir(join(directory, folder), { withFileTypes: true }).catch(() => [])
    for (const entry of entries) {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`
      if (entry.isDirectory()) folders.push(path)
      else if (entry.isFile() && found.length < MAX_FILES) {
        const stats = await lstat(join(directory, path)).catch(() => null)
        if (stats?.isFile() === true) found.push({ path, bytes: stats.size })
      }
    }
  }
  return found.sort((one, other) => (one.path < other.path ? -1 : 1))
}

async function isRealFolder(directory: string, parts: readonly string[]): Promise<boolean> {
  for (let depth = 1; depth <= parts.length; depth += 1) {
    const stats = await lstat(join(directory, ...parts.slice(0, depth))).catch(() => null)
    if (stats?.isDirectory() !== true) return false
  }
  return true
}
