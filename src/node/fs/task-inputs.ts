import { readlinkSync, realpathSync, statSync } from 'node:fs'
import { resolve, sep } from 'node:path'
import type { TaskIssue } from '../../core/task/task.ts'
import { errnoOf } from '../storage-error.ts'
import type { FolderListing } from './folder-listing.ts'

/**
 * Walks a file or folder of a task that goes into a container, links followed, and says which links leave the task
 * directory or lead back to a folder above themselves. `root` is the task directory without links in its own path;
 * where nothing stands at `path`, nothing is wrong.
 */
export function checkLinks(listing: FolderListing, root: string, path: string): TaskIssue[] {
  const issues: TaskIssue[] = []
  const checked = new Set<string>()
  const visitFolder = (folder: string, real: string, above: readonly string[]): void => {
    if (checked.has(real)) return
    for (const entry of listing.entries(real)) {
      const child = `${folder}/${entry.name}`
      if (entry.isSymbolicLink()) visitLink(child, `${real}/${entry.name}`, [...above, real])
      else if (entry.isDirectory()) visitFolder(child, `${real}/${entry.name}`, [...above, real])
    }
    checked.add(real)
  }
  const visitLink = (link: string, at: string, above: readonly string[]): void => {
    const target = followLink(at)
    const problem = linkProblem(target, root, above)
    if (problem !== null) issues.push({ file: link, key: null, message: problem })
    else if (target !== null && isFolder(target)) visitFolder(link, target, above)
  }
  const at = path.lastIndexOf('/')
  const start = listing.entry(at < 0 ? root : `${root}/${path.slice(0, at)}`, path.slice(at + 1))
  if (start?.isSymbolicLink() === true) visitLink(path, `${root}/${path}`, [root])
  else if (start?.isDirectory() === true) visitFolder(path, `${root}/${path}`, [root])
  return issues
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
  return found.toSorted()
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

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true
}
