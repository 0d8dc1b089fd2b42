import type { Dirent, Stats } from 'node:fs'
import { readdir, realpath, stat } from 'node:fs/promises'
import { join, sep } from 'node:path'
import { AppError } from '../../contract/errors.ts'

/** A file of a task directory, or a link to one. */
export interface TreeFile {
  readonly name: string
  /** Relative to the task directory, with forward slashes. */
  readonly path: string
  readonly absolute: string
  readonly isLink: boolean
  readonly size: number
}

export interface TreeFolder {
  readonly name: string
  /** It, or a folder above it that is not at the top of the task, is a link. */
  readonly behindLink: boolean
  readonly files: readonly TreeFile[]
  readonly folders: readonly TreeFolder[]
}

/**
 * A whole task directory, links followed. What is neither file nor folder, and links to nothing, are left out. AppError
 * `invalid-input` for folder links that lead back to a folder above themselves or out of the task.
 */
export async function readTree(directory: string): Promise<TreeFolder> {
  const root = await realpath(directory)
  return readFolder({ root, above: [], real: root }, { name: '', path: '', behindLink: false })
}

interface Place {
  readonly root: string
  /** Real paths of the folders that lead here. */
  readonly above: readonly string[]
  readonly real: string
}

async function readFolder(
  place: Place,
  { name, path, behindLink }: { name: string; path: string; behindLink: boolean },
): Promise<TreeFolder> {
  const files: TreeFile[] = []
  const folders: TreeFolder[] = []
  for (const entry of await readdir(place.real, { withFileTypes: true })) {
    const absolute = join(place.real, entry.name)
    const child = { name: entry.name, path: path === '' ? entry.name : `${path}/${entry.name}` }
    const isLink = entry.isSymbolicLink()
    const stats = await statOf(absolute, entry)
    if (stats?.isFile() === true) files.push({ ...child, absolute, isLink, size: stats.size })
    if (stats?.isDirectory() !== true) continue
    const below = {
      root: place.root,
      above: [...place.above, place.real],
      real: isLink ? await realpath(absolute) : absolute,
    }
    if (isLink) refuseBadLink(below, child.path)
    folders.push(await readFolder(below, { ...child, behindLink: behindLink || (isLink && path !== '') }))
  }
  return { name, behindLink, files, folders }
}

/** Null for what cannot be hashed: links to nothing, sockets and the like. */
async function statOf(path: string, entry: Dirent): Promise<Stats | null> {
  if (!entry.isFile() && !entry.isDirectory() && !entry.isSymbolicLink()) return null
  return stat(path).catch((error: unknown) => {
    if (entry.isSymbolicLink()) return null
    throw error
  })
}

function refuseBadLink({ root, above, real }: Place, path: string): void {
  if (above.includes(real)) throw new AppError('invalid-input', `the link ${path} leads back to a folder above it`)
  if (real.startsWith(root + sep)) return
  throw new AppError('invalid-input', `the link ${path} leads to a folder outside the task`)
}
