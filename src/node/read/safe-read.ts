import { closeSync, constants, fstatSync, lstatSync, openSync, readdirSync, readSync } from 'node:fs'
import { join } from 'node:path'

/*
 * Reading of job folders, where anything may stand that came out of a container: nothing here follows a link below the
 * folder it is given, opens a device, or waits on a pipe. Synchronous: it is for the index worker and for small files.
 */

/** Windows knows neither flag. */
export const NO_FOLLOW = constants.O_NOFOLLOW ?? 0
export const NO_WAIT = constants.O_NONBLOCK ?? 0

const DEFAULT_MAX_BYTES = 16 * 1024 * 1024

/** Text of a regular file, cut after `maxBytes`; null where there is none. `parts` are names below `directory`. */
export function readTextBelow(
  directory: string,
  parts: readonly string[],
  maxBytes = DEFAULT_MAX_BYTES,
): string | null {
  const file = openBelow(directory, parts)
  if (file === null) return null
  try {
    const buffer = Buffer.allocUnsafe(Math.min(fstatSync(file).size, maxBytes))
    let filled = 0
    while (filled < buffer.length) {
      const count = readSync(file, buffer, filled, buffer.length - filled, filled)
      if (count === 0) break
      filled += count
    }
    return buffer.toString('utf8', 0, filled)
  } finally {
    closeSync(file)
  }
}

/** A regular file opened for reading, or null. */
export function openBelow(directory: string, parts: readonly string[]): number | null {
  let parent = directory
  for (const part of parts.slice(0, -1)) {
    parent = join(parent, part)
    if (lstatSync(parent, { throwIfNoEntry: false })?.isDirectory() !== true) return null
  }
  return openRegular(join(parent, parts.at(-1) ?? ''))
}

function openRegular(path: string): number | null {
  let file: number
  try {
    file = openSync(path, constants.O_RDONLY | NO_FOLLOW | NO_WAIT)
  } catch {
    return null
  }
  if (fstatSync(file).isFile()) return file
  closeSync(file)
  return null
}

/** Names of the real directories below a directory that lists show; none where it cannot be read. */
export function directoriesBelow(directory: string): readonly string[] {
  try {
    const entries = readdirSync(directory, { withFileTypes: true })
    return entries.flatMap((entry) => (entry.isDirectory() && !entry.name.startsWith('.') ? [entry.name] : []))
  } catch {
    return []
  }
}
