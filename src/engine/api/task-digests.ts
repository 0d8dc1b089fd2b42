import { readJobRecord } from './job-folder.ts'

/** Digests of the contents of a job's tasks as they were at its start, by name; empty for another program's job. */
export function readTaskDigests(directory: string): ReadonlyMap<string, string> {
  const trials = readJobRecord(directory)?.trials ?? []
  return new Map(trials.map(({ taskName, taskDigest }) => [taskName, taskDigest]))
}
