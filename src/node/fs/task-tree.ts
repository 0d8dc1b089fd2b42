import type { Dirent, Stats } from 'node:fs'
import { readdir, readlink, realpath, stat } from 'node:fs/promises'
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
  /** Permissions with setuid and the like; those of its target for a link. */
  readonly mode: number
}

export interface TreeFolder {
  readonly name: string
  readonly path: string
  readonly isLink: boolean
  readonly mode: number
  /** It, or a folder above it that is not at the top of the task, is a link. */
  readonly behindLink: boolean
  readonly files: readonly TreeFile[]
  readonly folders: readonly TreeFolder[]
  /** The links in it as they stand, also those to nothing. */
  readonly links: readonly TreeLink[]
}

export interface TreeLink {
  readonly path: string
  readonly target: string
}

/**
 * A whole task directory, links followed. What is neither file nor folder nor link is left out. AppError
 * `invalid-input` for folder links that lead back to a folder above themselves or out of the task.
 */
export async function readTree(directory: string): Promise<TreeFolder> {
  const root = await realpath(directory)
  const { mode } = await stat(root)
  const facts = { name: '', path: '', isLink: false, mode: mode & PERMISSIONS, behindLink: false }
  return readFolder({ root, above: [], real: root }, facts)
}

const PERMISSIONS = 0o7777

interface Place {
  readonly root: string
  /** Real paths of the folders that lead here. */
  readonly above: readonly string[]
  readonly real: string
}

async function readFolder(place: Place, facts: Omit<TreeFolder, 'files' | 'folders' | 'links'>): Promise<TreeFolder> {
  const { path, behindLink } = facts
  const files: TreeFile[] = []
  const folders: TreeFolder[] = []
  const links: TreeLink[] = []
  for (const entry of await readdir(place.real, { withFileTypes: true })) {
    const absolute = join(place.real, entry.name)
    const isLink = entry.isSymbolicLink()
    const stats = await statOf(absolute, entry)
    const mode = (stats?.mode ?? 0) & PERMISSIONS
    const child = { name: entry.name, path: path === '' ? entry.name : `${path}/${entry.name}`, isLink, mode }
    if (isLink) links.push({ path: child.path, target: await readlink(absolute) })
    if (stats?.isFile() === true) files.push({ ...child, absolute, size: stats.size })
    if (stats?.isDirectory() !== true) continue
    const below = {
      root: place.root,
      above: [...place.above, place.real],
      real: isLink ? await realpath(absolute) : absolute,
    }
    if (isLink) refuseBadLink(below, child.path)
    folders.push(await readFolder(below, { ...child, behindLink: behindLink || (isLink && path !== '') }))
  }
  return { ...facts, files, folders, links }
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
