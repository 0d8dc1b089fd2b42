import { constants } from 'node:fs'
import { type FileHandle, lstat, open, readdir } from 'node:fs/promises'
import type { FileChange } from '../../core/environment/backend.ts'

/** What stands below a folder at one moment: by path (bytes as latin1), what cannot change without leaving a trace. */
export interface TreeListing {
  readonly entries: ReadonlyMap<string, string>
  /** Folders that could not be read. */
  readonly closed: readonly string[]
}

/** A tree that is deeper is listed down to here. */
const MAX_DEPTH = 200
const BATCH = 64

/**
 * Lists the private files of a sandbox from the host, also while something in it changes them: each folder is opened
 * without following a link and read through its open file, so no link that is put in its place leads out.
 */
export async function listTree(root: string): Promise<TreeListing> {
  const entries = new Map<string, string>()
  const closed: string[] = []
  await listFolder(root, '', 0, entries, closed)
  return { entries, closed }
}

/** In path order. What stood in a folder that cannot be read any more counts as unchanged. */
export function compareListings(before: TreeListing, after: TreeListing): readonly FileChange[] {
  const changes: FileChange[] = []
  for (const [path, print] of after.entries) {
    const old = before.entries.get(path)
    if (old !== print) changes.push({ path: toText(path), kind: old === undefined ? 'added' : 'modified' })
  }
  for (const path of before.entries.keys()) {
    if (!after.entries.has(path) && !after.closed.some((folder) => path.startsWith(`${folder}/`)))
      changes.push({ path: toText(path), kind: 'deleted' })
  }
  return changes.sort((a, b) => (a.path < b.path ? -1 : Number(a.path > b.path)))
}

async function listFolder(
  location: string | Buffer,
  path: string,
  depth: number,
  entries: Map<string, string>,
  closed: string[],
): Promise<void> {
  const folder = await openFolder(location)
  if (folder === null) {
    closed.push(path)
    return
  }
  try {
    const here = `/proc/self/fd/${folder.fd}`
    const names = (await readdir(here, { encoding: 'buffer' })).map((name) => name.toString('latin1'))
    for (let from = 0; from < names.length; from += BATCH) {
      const batch = names.slice(from, from + BATCH)
      const folders = await Promise.all(batch.map(async (name) => listEntry(here, path, name, entries)))
      for (const name of folders) {
        if (name !== null && depth < MAX_DEPTH)
          await listFolder(locate(here, name), `${path}/${name}`, depth + 1, entries, closed)
      }
    }
  } finally {
    await folder.close()
  }
}

/** Notes an entry; its name where it is a folder. */
async function listEntry(
  here: string,
  path: string,
  name: string,
  entries: Map<string, string>,
): Promise<string | null> {
  // What disappears between the two looks was never there.
  const status = await lstat(locate(here, name), { bigint: true }).catch(() => null)
  if (status === null) return null
  // The time of the last change of status cannot be set by anybody, unlike that of the content.
  entries.set(
    `${path}/${name}`,
    `${status.mode} ${status.uid} ${status.gid} ${status.ino} ${status.isDirectory() ? '' : status.size} ${status.ctimeNs}`,
  )
  return status.isDirectory() ? name : null
}

async function openFolder(location: string | Buffer): Promise<FileHandle | null> {
  try {
    return await open(location, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW)
  } catch {
    return null
  }
}

function locate(here: string, name: string): Buffer {
  return Buffer.from(`${here}/${name}`, 'latin1')
}

function toText(path: string): string {
  return Buffer.from(path, 'latin1').toString('utf8')
}
