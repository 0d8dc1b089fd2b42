import { realpath } from 'node:fs/promises'
import { isAbsolute, relative, sep } from 'node:path'

/**
 * Where a path really is, if that is one of the given folders or within one; null: it is elsewhere, or nothing is
 * there. Links are followed first: one in a job's folder may lead anywhere.
 */
export async function findRevealable(path: string, folders: readonly string[]): Promise<string | null> {
  if (!isAbsolute(path)) return null
  const real = await realOrNull(path)
  if (real === null) return null
  for (const folder of folders) {
    const within = await realOrNull(folder)
    if (within !== null && isWithin(real, within)) return real
  }
  return null
}

async function realOrNull(path: string): Promise<string | null> {
  return realpath(path).catch(() => null)
}

function isWithin(path: string, folder: string): boolean {
  const way = relative(folder, path)
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way)
}
