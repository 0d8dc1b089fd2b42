import { AppError } from '../../contract/errors.ts'
import { matchesGlob } from './glob.ts'
import type { TaskEntry } from './task.ts'

export interface TaskFilter {
  /** Globs; null or empty: all tasks. */
  readonly include: readonly string[] | null
  /** Globs; what matches is left out, also where it is included. */
  readonly exclude: readonly string[] | null
  /** How many valid tasks at most, the first ones; null: all. */
  readonly limit: number | null
}

/** How many names a message shows. */
const SHOWN_NAMES = 5

/**
 * The tasks of a dataset that a job asks for, in their order. A pattern is matched against the task's name, its short
 * name and its directory's name (Harbor knows the last only); any of them will do. Invalid tasks stay in the list and do
 * not count. AppError `invalid-input` where patterns are given and none matches anything.
 */
export function filterTasks(entries: readonly TaskEntry[], { include, exclude, limit }: TaskFilter): TaskEntry[] {
  const patterns = include ?? []
  const included = patterns.length === 0 ? entries : entries.filter((entry) => matchesAny(entry, patterns))
  if (included.length === 0 && entries.length > 0) throw noMatch(entries, patterns)
  const wanted = included.filter((entry) => !matchesAny(entry, exclude ?? []))
  if (limit === null) return wanted
  let valid = 0
  return wanted.filter((entry) => !entry.valid || ++valid <= limit)
}

function matchesAny(entry: TaskEntry, patterns: readonly string[]): boolean {
  return patterns.some((pattern) => namesOf(entry).some((name) => matchesGlob(name, pattern)))
}

function namesOf(entry: TaskEntry): string[] {
  const { name, directory } = entry.valid ? entry.task : entry
  return [name, name.slice(name.indexOf('/') + 1), directory.slice(directory.lastIndexOf('/') + 1)]
}

function noMatch(entries: readonly TaskEntry[], include: readonly string[]): AppError {
  const names = entries.slice(0, SHOWN_NAMES).map((entry) => namesOf(entry)[1] ?? '')
  const message = `no task matches ${include.map((pattern) => `"${pattern}"`).join(', ')} among ${entries.length}`
  return new AppError('invalid-input', message, { details: { hint: `there are, for example: ${names.join(', ')}` } })
}
