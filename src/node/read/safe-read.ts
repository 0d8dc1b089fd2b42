import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readdirSync,
  readlinkSync,
  readSync,
  type Stats,
} from 'node:fs'
import { isAbsolute, join } from 'node:path'

/*
 * Reading of job folders, where anything may stand that came out of a container: nothing here lets a link below the
 * folder it is given be followed by the system, opens a device, or waits on a pipe. Synchronous: it is for the index worker
 * and for small files.
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
  return readBelow(directory, parts, maxBytes)?.toString('utf8') ?? null
}

/**
 * Bytes of a regular file, or of the one that it leads to as a link, cut after `maxBytes`; null where there is none. Links are
 * followed here, by hand: those that are relative and stay in the file's own folder.
 */
export function readLinkedBelow(
  directory: string,
  parts: readonly string[],
  maxBytes = DEFAULT_MAX_BYTES,
): Uint8Array | null {
  const folder = parts.slice(0, -1)
  const found = followWithin(join(directory, ...folder), parts.at(-1) ?? '')
  return found === null ? null : readBelow(directory, [...folder, ...found], maxBytes)
}

/** The names below `folder` that a path there comes to when its links are followed; null: it leaves the folder, or never ends. */
function followWithin(folder: string, path: string): readonly string[] | null {
  const ahead = path.split('/')
  const found: string[] = []
  let links = 0
  for (let part = ahead.shift(); part !== undefined; part = ahead.shift()) {
    if (part === '' || part === '.') continue
    if (part === '..') {
      if (found.pop() === undefined) return null
      continue
    }
    const here = join(folder, ...found, part)
    if (statsOf(here)?.isSymbolicLink() !== true) {
      found.push(part)
      continue
    }
    const target = readlinkSync(here)
    links += 1
    if (links > MAX_LINKS || isAbsolute(target) || target.includes('\\')) return null
    ahead.unshift(...target.split('/'))
  }
  return found
}

/** As many as Linux follows. */
const MAX_LINKS = 40

/** Null where nothing can be looked at. */
function statsOf(path: string): Stats | null {
  try {
    return lstatSync(path)
  } catch {
    return null
  }
}

function readBelow(directory: string, parts: readonly string[], maxBytes: number): Buffer | null {
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
    return buffer.subarray(0, filled)
  } finally {
    closeSync(file)
  }
}

/** A regular file opened for reading, or null. */
export function openBelow(directory: string, parts: readonly string[]): number | null {
  let parent = directory
  for (const part of parts.slice(0, -1)) {
    parent = join(parent, part)
    if (statsOf(parent)?.isDirectory() !== true) return null
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
