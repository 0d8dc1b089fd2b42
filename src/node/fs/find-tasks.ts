import { type Dirent, statSync } from 'node:fs'
import { compareCodePoints } from '../../core/task/code-point-order.ts'
import type { TaskEntry } from '../../core/task/task.ts'
import { type LoadTaskOptions, openTaskFolder, readTaskFolder, type TaskFolder } from './task-directory.ts'
import { createSlices } from '../slices.ts'

export interface FindTasksOptions extends LoadTaskOptions {
  /** Also in folders that are no tasks themselves, at any depth; links to folders are then not followed. */
  readonly recursive: boolean
}

/** The tasks among a folder's children, in path order. A child that is no task at all is left out. */
export async function findTasks(folder: TaskFolder, options: FindTasksOptions): Promise<TaskEntry[]> {
  const found: TaskEntry[] = []
  const giveWay = createSlices()
  const visit = async (parent: TaskFolder): Promise<void> => {
    for (const entry of subfolders(parent)) {
      await giveWay()
      const real = entry.isSymbolicLink() ? undefined : `${parent.root}/${entry.name}`
      const child = openTaskFolder(`${parent.path}/${entry.name}`, real)
      if ('valid' in child) found.push(child)
      else if (looksLikeTask(child)) found.push(readTaskFolder(child, options))
      else if (options.recursive && entry.isDirectory() && !SKIPPED.has(entry.name)) await visit(child)
    }
  }
  await visit(folder)
  return found
}

/** Whether a folder is meant to be a task: it has a task.toml, or at least two of a task's other parts. */
function looksLikeTask({ root, listing }: TaskFolder): boolean {
  const has = (name: string): boolean => listing.entry(root, name) !== null
  return has('task.toml') || PARTS.filter(has).length >= 2
}

const PARTS = ['instruction.md', 'environment', 'tests', 'solution']
const SKIPPED = new Set(['.git', 'node_modules'])

function subfolders({ root, listing, path }: TaskFolder): Dirent[] {
  return listing
    .entries(root)
    .filter((entry) => entry.isDirectory() || (entry.isSymbolicLink() && isFolder(`${path}/${entry.name}`)))
    .sort((one, other) => compareCodePoints(one.name, other.name))
}

function isFolder(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true
  } catch {
    // A link that leads back to itself, or into a place that may not be looked at.
    return false
  }
}
