import { type Dirent, realpathSync, statSync } from 'node:fs'
import { basename, resolve, sep } from 'node:path'
import type { TaskConfig } from '../../contract/harbor/task-config.ts'
import { stripCanary } from '../../core/task/canary.ts'
import { listHostVariables } from '../../core/task/host-variables.ts'
import { parseTaskConfig } from '../../core/task/parse-task.ts'
import { listInputs, listMissingFiles } from '../../core/task/required-files.ts'
import type { Task, TaskEntry, TaskFileFacts, TaskIssue } from '../../core/task/task.ts'
import { listAgentNeeds, listUnsupported } from '../../core/task/unsupported.ts'
import { createFolderListing, type FolderListing } from './folder-listing.ts'
import { describeFsError, readTextFile } from './read-text.ts'
import { checkLink, checkLinks, listFiles } from './task-inputs.ts'

export interface LoadTaskOptions {
  /** False: nothing will be verified, so that no test script is needed. Default true. */
  readonly verify?: boolean
}

/**
 * The task in a directory, or everything that keeps it from being one. Never rejects: what cannot be read is an issue.
 * Nothing is hashed here; see task-digest.ts.
 */
export async function loadTask(directory: string, options: LoadTaskOptions = {}): Promise<TaskEntry> {
  return readTask(directory, options)
}

/** The same, at once: for callers that read many tasks and give way between them. */
export function readTask(directory: string, options: LoadTaskOptions = {}): TaskEntry {
  const folder = openTaskFolder(resolve(directory))
  return 'valid' in folder ? folder : readTaskFolder(folder, options)
}

/** A directory that may be a task's, listed but not read. */
export interface TaskFolder {
  readonly path: string
  /** The same without links in it. */
  readonly root: string
  readonly listing: FolderListing
  readonly issues: TaskIssue[]
}

/**
 * Lists a directory, given by its absolute path; where it cannot be listed, the entry that says so. `real` is the same
 * path without links in it, where that is known.
 */
export function openTaskFolder(path: string, real?: string): TaskFolder | TaskEntry {
  try {
    const root = real ?? realpathSync.native(path)
    const listing = createFolderListing()
    listing.entries(root)
    return { path, root, listing, issues: [] }
  } catch (error) {
    return unreadable(path, error)
  }
}

export function readTaskFolder(folder: TaskFolder, { verify = true }: LoadTaskOptions = {}): TaskEntry {
  try {
    return readFolder(folder, verify)
  } catch (error) {
    return unreadable(folder.path, error)
  }
}

function unreadable(path: string, error: unknown): TaskEntry {
  const issue = { file: '.', key: null, message: describeFsError(error) }
  return { valid: false, name: basename(path), directory: toSlashes(path), issues: [issue] }
}

function readFolder(folder: TaskFolder, verify: boolean): TaskEntry {
  const { path, root, listing, issues } = folder
  const config = readConfig(folder)
  const environment = listEnvironment(folder)
  const exists = (input: string): boolean => listing.exists(root, input)
  const inputs = config === null ? ['tests', 'solution'] : listInputs(config, exists, verify)
  issues.push(...inputs.flatMap((input) => checkLinks(listing, root, input)))
  if (config !== null) issues.push(...listMissingFiles(config, exists, verify))
  const isMultiStep = (config?.steps ?? []).length > 0
  const instruction = isMultiStep || config === null ? null : readInput(folder, 'instruction.md')
  const name = config?.task?.name ?? basename(root)
  const directory = toSlashes(path)
  if (config === null || issues.length > 0) return { valid: false, name, directory, issues: withoutRepeats(issues) }
  return { valid: true, task: toTask({ name, directory, config, instruction, files: fileFacts(folder, environment) }) }
}

function toTask(facts: Pick<Task, 'name' | 'directory' | 'config' | 'instruction' | 'files'>): Task {
  const { name, config, instruction, files } = facts
  return {
    ...facts,
    shortName: name.slice(name.indexOf('/') + 1),
    instruction: instruction === null ? null : stripCanary(instruction),
    hostVariables: listHostVariables(config),
    unsupported: listUnsupported(config, files),
    needs: listAgentNeeds(config, files),
  }
}

function readConfig(folder: TaskFolder): TaskConfig | null {
  const text = readInput(folder, 'task.toml')
  if (text === null) return null
  const parsed = parseTaskConfig(text)
  if (parsed.ok) return parsed.config
  folder.issues.push(...parsed.issues)
  return null
}

/** The text of a file at the top of the directory; null with an issue where there is none to be had. */
function readInput({ root, listing, issues }: TaskFolder, name: string): string | null {
  const problem = inputProblem(root, listing.entry(root, name), name)
  const result = problem === null ? readTextFile(`${root}/${name}`) : { ok: false as const, problem }
  if (result.ok) return result.text
  issues.push({ file: name, key: null, message: result.problem })
  return null
}

function inputProblem(root: string, entry: Dirent | null, name: string): string | null {
  if (entry === null) return MISSING
  const [issue] = entry.isSymbolicLink() ? checkLink(root, name) : []
  if (issue !== undefined) return issue.message
  const isFile = entry.isSymbolicLink()
    ? statSync(`${root}/${name}`, { throwIfNoEntry: false })?.isFile()
    : entry.isFile()
  if (isFile === undefined) return MISSING
  return isFile ? null : 'is not a regular file'
}

const MISSING = 'the file is missing'

/**
 * Links to files inside `environment/` may lead anywhere: an image is built from them as they are. The folder itself and
 * links to folders may not: all that is behind them would count to the task.
 */
function listEnvironment({ root, listing, issues }: TaskFolder): string[] {
  const entry = listing.entry(root, 'environment')
  if (entry === null) return []
  const leaving = entry.isSymbolicLink() ? checkLink(root, 'environment') : []
  issues.push(...leaving)
  if (leaving.length > 0) return []
  issues.push(...checkLinks(listing, root, 'environment', { foldersOnly: true }))
  const path = `${root}/environment`
  if (entry.isDirectory() || statSync(path, { throwIfNoEntry: false })?.isDirectory() === true)
    return listFiles(listing, path)
  issues.push({ file: 'environment', key: null, message: 'is not a directory' })
  return []
}

function fileFacts({ root, listing }: TaskFolder, environment: readonly string[]): TaskFileFacts {
  return {
    hasDockerfile: listing.exists(root, 'environment/Dockerfile'),
    hasCompose: listing.exists(root, 'environment/docker-compose.yaml'),
    hasSolution: listing.exists(root, 'solution/solve.sh'),
    hasTrajectory: listing.exists(root, 'trajectory.json'),
    environment,
  }
}

/** A missing file may be found missing twice: where it is read and where it is required. */
function withoutRepeats(issues: readonly TaskIssue[]): TaskIssue[] {
  return [...new Map(issues.map((issue) => [JSON.stringify(issue), issue])).values()]
}

function toSlashes(path: string): string {
  return sep === '\\' ? path.replaceAll('\\', '/') : path
}
