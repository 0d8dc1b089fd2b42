import { lstatSync, mkdirSync, readFileSync, realpathSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AppError } from '../../contract/errors.ts'

/**
 * The folder of this user's sandboxes on this machine, with the private files of each. Below /var/tmp, which is on a disk
 * where /tmp may be memory; else below the temporary folder.
 */
export function defaultStateFolder(uid: number): string {
  const parent = ['/var/tmp', tmpdir()].find((folder) => isUsable(folder)) ?? tmpdir()
  return join(parent, `tbcc-sandbox-${uid}`)
}

/** Makes the folder, closed to others. Throws AppError `backend-unavailable` where somebody else's stands there, or programs may not run in it. */
export function openStateFolder(folder: string, uid: number): void {
  const refuse = (reason: string): never => {
    throw new AppError('backend-unavailable', `the sandbox cannot keep its files in ${folder}: ${reason}`, {
      details: { hint: `remove ${folder}, or make room for it on a disk that lets programs run` },
    })
  }
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
  } catch (error) {
    refuse(error instanceof Error ? error.message : String(error))
  }
  const status = lstatSync(folder)
  if (!status.isDirectory() || status.uid !== uid || (status.mode & 0o077) !== 0)
    refuse('it is not a folder of this user alone')
  if (forbidsPrograms(folder)) refuse('its file system does not let programs run (noexec)')
}

function isUsable(folder: string): boolean {
  return lstatSync(folder, { throwIfNoEntry: false })?.isDirectory() === true && !forbidsPrograms(folder)
}

function forbidsPrograms(folder: string): boolean {
  try {
    return mountOptions(readFileSync('/proc/self/mountinfo', 'utf8'), realpathSync(folder)).includes('noexec')
  } catch {
    // Not Linux; the probe says so.
    return false
  }
}

/** Options of the mount that a folder is on, from the text of /proc/self/mountinfo. */
export function mountOptions(mountinfo: string, folder: string): readonly string[] {
  let longest = ''
  let found: readonly string[] = []
  for (const line of mountinfo.split('\n')) {
    const [, , , , escaped = '', options = ''] = line.split(' ')
    const point = escaped.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)))
    const holds = folder === point || folder.startsWith(point.endsWith('/') ? point : `${point}/`)
    // Of two mounts at one place, the later hides the earlier.
    if (point === '' || !holds || point.length < longest.length) continue
    longest = point
    found = options.split(',')
  }
  return found
}
