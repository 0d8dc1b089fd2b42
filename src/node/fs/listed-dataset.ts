import { existsSync, statSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { AppError } from '../../contract/errors.ts'
import {
  type DatasetListing,
  type ListedTask,
  parseDatasetManifest,
  parseRegistry,
} from '../../core/task/dataset-listing.ts'
import type { TaskEntry } from '../../core/task/task.ts'
import { findTasks } from './find-tasks.ts'
import { readTextFile } from './read-text.ts'
import { openTaskFolder, readTask } from './task-directory.ts'
import { hashTask } from './task-digest.ts'

export interface Dataset {
  /** As results name it; null where the path is one task. */
  readonly name: string | null
  /** Absolute: the folder, or the file that lists them. */
  readonly path: string
  /** It is one that a file lists. */
  readonly isListed: boolean
  readonly entries: readonly TaskEntry[]
  /** As its listing states them. */
  readonly metrics: DatasetListing['metrics']
}

/** Which dataset of a registry; null: its only one, its newest version. */
export interface ListingChoice {
  readonly name: string | null
  readonly version: string | null
  readonly verify: boolean
}

/** The tasks that a `registry.json` or `dataset.toml`, or the one of a folder, names, found among the task folders beside it. */
export async function loadListedDataset(place: string, { name, version, verify }: ListingChoice): Promise<Dataset> {
  const file = findListing(place)
  const read = readTextFile(file)
  if (!read.ok) throw new AppError('not-found', `${file} ${read.problem}`)
  const label = basename(file)
  const listing = label.endsWith('.toml')
    ? parseDatasetManifest(read.text, label, { name, version })
    : parseRegistry(read.text, label, { name, version })
  const path = dirname(file)
  const folder = openTaskFolder(path)
  const siblings = 'valid' in folder ? [] : await findTasks(folder, { recursive: false, verify })
  const entries: TaskEntry[] = []
  for (const task of listing.tasks) entries.push(await findListed(task, { file: label, path, siblings, verify }))
  return { name: listing.name, path: file, isListed: true, entries, metrics: listing.metrics }
}

function findListing(place: string): string {
  if (statSync(place, { throwIfNoEntry: false })?.isDirectory() !== true) return place
  const found = LISTINGS.map((name) => join(place, name)).find((file) => existsSync(file))
  if (found !== undefined) return found
  throw new AppError('not-found', `${place} has neither a ${LISTINGS.join(' nor a ')}`)
}

/** As they are named; where a folder has both, the one with several datasets. */
const LISTINGS = ['registry.json', 'dataset.toml']

interface Listing {
  /** The listing's own name, for issues. */
  readonly file: string
  readonly path: string
  readonly siblings: readonly TaskEntry[]
  readonly verify: boolean
}

async function findListed(task: ListedTask, listing: Listing): Promise<TaskEntry> {
  if (task.gitUrl !== null) {
    return refuse(
      task,
      listing,
      'git_url',
      `is a task of the Git repository ${task.gitUrl}, which is not fetched; use a checkout of it`,
    )
  }
  const found = findNamed(listing.siblings, task.name) ?? readAt(task, listing)
  if (found === null)
    return refuse(task, listing, 'name', `no folder beside ${listing.file} is a task named "${task.name}"`)
  if (!found.valid || task.digest === null) return found
  try {
    const { digest } = await hashTask(found.task.directory)
    if (digest === task.digest) return found
    return refuse(
      task,
      listing,
      'digest',
      `is ${task.digest}, but the content of ${found.task.directory} has ${digest}`,
    )
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    return refuse(task, listing, 'digest', `cannot be compared: ${error.message}`)
  }
}

/** By the task's own name, else by its folder's, which has no organisation in front. */
function findNamed(siblings: readonly TaskEntry[], name: string): TaskEntry | undefined {
  const short = name.slice(name.indexOf('/') + 1)
  const named = siblings.map((entry) => ({ entry, ...(entry.valid ? entry.task : entry) }))
  const own = named.find((each) => each.name === name)
  return (own ?? named.find(({ directory }) => basename(directory) === short))?.entry
}

function readAt({ path }: ListedTask, listing: Listing): TaskEntry | null {
  const directory = path === null ? null : resolve(listing.path, path)
  return directory !== null && existsSync(join(directory, 'task.toml')) ? readTask(directory, listing) : null
}

function refuse(task: ListedTask, { file, path }: Listing, key: string, message: string): TaskEntry {
  const directory = task.path === null ? path : join(path, task.path)
  return { valid: false, name: task.name, directory, issues: [{ file, key: `${task.key}.${key}`, message }] }
}
