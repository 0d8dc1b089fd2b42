import { readdir, readFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { z } from 'zod'
import { EventHeader, JobEventBody, TrialEventBody } from '../../src/contract/events.ts'
import type { StoredEvent } from '../../src/contract/events.ts'
import { JobRecord } from '../../src/contract/job-record.ts'
import { TrialRecord } from '../../src/contract/trial.ts'

/*
 * A job folder as anybody can read it, without the product's own readers.
 */

export type TrialEvent = StoredEvent<TrialEventBody>
export type JobEvent = StoredEvent<JobEventBody>

export async function readJson(path: string): Promise<unknown> {
  return JSON.parse(await readFile(path, 'utf8'))
}

const TrialEvent = z.intersection(EventHeader, TrialEventBody)
const JobEvent = z.intersection(EventHeader, JobEventBody)

/** Every event of a stream's file, each line checked against the contract. */
export async function readTrialEvents(directory: string): Promise<readonly TrialEvent[]> {
  return (await readLines(directory)).map((line) => TrialEvent.parse(JSON.parse(line)))
}

export async function readJobEvents(directory: string): Promise<readonly JobEvent[]> {
  return (await readLines(directory)).map((line) => JobEvent.parse(JSON.parse(line)))
}

async function readLines(directory: string): Promise<readonly string[]> {
  const text = await readFile(join(directory, 'tbcc.events.jsonl'), 'utf8')
  if (!text.endsWith('\n')) throw new Error(`${directory}: the event file does not end with a whole line`)
  return text.slice(0, -1).split('\n')
}

export async function readJobRecord(directory: string): Promise<JobRecord> {
  return JobRecord.parse(await readJson(join(directory, 'tbcc.json')))
}

export async function readTrialRecord(directory: string): Promise<TrialRecord> {
  return TrialRecord.parse(await readJson(join(directory, 'tbcc.json')))
}

/** Folders of the trials of a job. */
export async function trialFolders(job: string): Promise<readonly string[]> {
  const entries = await readdir(job, { withFileTypes: true })
  return entries
    .filter((entry) => entry.isDirectory())
    .map((entry) => join(job, entry.name))
    .sort()
}

/** All regular files below a folder, relative to it. */
export async function filesBelow(directory: string): Promise<readonly string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(directory, join(entry.parentPath, entry.name)))
    .sort()
}
