import { type Dirent, readlinkSync, realpathSync, statSync } from 'node:fs'
import { resolve, sep } from 'node:path'
import { compareCodePoints } from '../../core/task/code-point-order.ts'
import type { TaskIssue } from '../../core/task/task.ts'
import { errnoOf } from '../storage-error.ts'
import type { FolderListing } from './folder-listing.ts'

/**
 * Walks a file or folder of a task that goes into a container, links followed, and says which links leave the task
 * directory or lead back to a folder above themselves. `root` is the task directory without links in its own path;
 * where nothing stands at `path`, nothing is wrong. `foldersOnly`: links to files, and to nothing, may lead anywhere.
 */
export function checkLinks(
  listing: FolderListing,
  root: string,
  path: string,
  { foldersOnly = false }: { readonly foldersOnly?: boolean } = {},
): TaskIssue[] {
  const issues: TaskIssue[] = []
  const checked = new Set<string>()
  const visitFolder = (folder: string, real: string, above: readonly string[]): void => {
    if (checked.has(real)) return
    for (const entry of listing.entries(real)) {
      const child = `${folder}/${entry.name}`
      if (entry.isSymbolicLink()) visitLink(child, real + sep + entry.name, [...above, real])
      else if (entry.isDirectory()) visitFolder(child, real + sep + entry.name, [...above, real])
    }
    checked.add(real)
  }
  const visitLink = (link: string, at: string, above: readonly string[]): void => {
    const target = followLink(at)
    if (foldersOnly && !leadsToFolder(at)) return
    const problem = linkProblem(target, root, above)
    if (problem !== null) issues.push({ file: link, key: null, message: problem })
    else if (target !== null && isFolder(target)) visitFolder(link, target, above)
  }
  const [isLinked, start] = findStart(listing, root, path.split('/'))
  if (start === null) return issues
  // Behind a link the path is no real one, and is resolved as a link is.
  if (isLinked) visitLink(path, root + sep + path, [root])
  else if (start.isDirectory()) visitFolder(path, root + sep + path, [root])
  return issues
}

/** What stands at a path, and whether it or a folder on the way is a link. */
function findStart(listing: FolderListing, root: string, parts: readonly string[]): [boolean, Dirent | null] {
  let folder = root
  let isLinked = false
  let entry: Dirent | null = null
  for (const part of parts) {
    entry = listing.entry(folder, part)
    isLinked ||= entry?.isSymbolicLink() === true
    folder += sep + part
  }
  return [isLinked, entry]
}

/** The same for a link that is not walked into: whether its target is inside the task directory. */
export function checkLink(root: string, path: string): TaskIssue[] {
  const problem = linkProblem(followLink(`${root}/${path}`), root, [])
  return problem === null ? [] : [{ file: path, key: null, message: problem }]
}

/** Regular files below a folder, relative to it, in path order; links are neither followed nor listed. */
export function listFiles(listing: FolderListing, folder: string): string[] {
  const found: string[] = []
  const visit = (prefix: string, real: string): void => {
    for (const entry of listing.entries(real)) {
      if (entry.isFile()) found.push(prefix + entry.name)
      else if (entry.isDirectory()) visit(`${prefix}${entry.name}/`, `${real}/${entry.name}`)
    }
  }
  visit('', folder)
  return found.sort(compareCodePoints)
}

/** Where a link leads in the end, also when nothing stands there; null for links that lead to each other. */
function followLink(link: string): string | null {
  try {
    return realpathSync.native(link)
  } catch (error) {
    return errnoOf(error) === 'ELOOP' ? null : resolve(link, '..', readlinkSync(link))
  }
}

function linkProblem(target: string | null, root: string, above: readonly string[]): string | null {
  if (target === null) return 'the link leads back to itself'
  if (target !== root && !target.startsWith(root + sep)) return 'the link leaves the task directory'
  return above.includes(target) ? 'the link leads back to a folder above it' : null
}

/** False too for what may not be looked at: nothing of it is read. */
function leadsToFolder(link: string): boolean {
  try {
    return isFolder(link)
  } catch {
    return false
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true
}
