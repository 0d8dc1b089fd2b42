import { lstat, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '../../contract/errors.ts'
import { isEntryName } from '../read/layout.ts'
import { errnoOf, toStorageError } from '../storage-error.ts'

/** The parts of a relative path with forward slashes; refuses what could mean a place outside. Code: invalid-input. */
export function partsOf(path: string): readonly string[] {
  const parts = path.split('/')
  const bad = parts.find((part) => part === '' || part === '.' || part === '..' || /[\\\0]/.test(part))
  if (bad !== undefined || /^[A-Za-z]:/.test(path))
    throw new AppError('invalid-input', `"${path}" is not a path inside the trial`)
  return parts
}

/** The name of a job or trial, checked. Code: invalid-input. */
export function entryName(name: string, what: 'job' | 'trial'): string {
  if (isEntryName(name)) return name
  const hint = 'use letters, digits, dots, dashes and underscores, with no dot in front, at most 200 bytes'
  throw new AppError('invalid-input', `"${name}" cannot be the name of a ${what}`, { details: { hint } })
}

/** Makes a directory below another, part by part; a link or a file in the way is refused, not followed. Its path. */
export async function makeBelow(directory: string, parts: readonly string[]): Promise<string> {
  let path = directory
  for (const part of parts) {
    path = join(path, part)
    await makeReal(path)
  }
  return path
}

async function makeReal(path: string): Promise<void> {
  try {
    await mkdir(path)
  } catch (thrown) {
    if (errnoOf(thrown) !== 'EEXIST') throw toStorageError(thrown, `make the folder ${path}`)
    if (!(await isRealDirectory(path)))
      throw new AppError('storage-failed', `could not make the folder ${path}: something else stands there`)
  }
}

/** Whether a directory stands at the path itself, and not a link to one. */
export async function isRealDirectory(path: string): Promise<boolean> {
  return lstat(path).then(
    (stats) => stats.isDirectory(),
    () => false,
  )
}
