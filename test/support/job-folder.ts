import { existsSync } from 'node:fs'
import { readdir, readFile, stat } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { expect } from 'vitest'
import { z } from 'zod'
import { EventHeader, JobEventBody, TrialEventBody } from '../../src/contract/events.ts'
import type { StoredEvent } from '../../src/contract/events.ts'
import { JobRecord } from '../../src/contract/job-record.ts'
import { TrialRecord } from '../../src/contract/trial.ts'
import { harborProblems } from './harbor-schema.ts'

/*
 * A job folder as anybody can read it, without the product's own readers, and what must hold for every one of them.
 */

export type TrialEvent = StoredEvent<TrialEventBody>
export type JobEvent = StoredEvent<JobEventBody>

/** Timestamps are taken beside the monotonic clock, not with it. */
const CLOCK_TOLERANCE_MS = 250

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
  expect(text.endsWith('\n'), `${directory}: the event file ends with a whole line`).toBe(true)
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

/** What must hold for every job folder: whole streams, whole time, whole output, and Harbor's own schemas. */
export async function checkJobFolder(job: string): Promise<void> {
  checkSeq(await readJobEvents(job), job)
  for (const trial of await trialFolders(job)) await checkTrialFolder(trial)
  expect(await harborProblems(job), `${job} against Harbor's schemas`).toEqual([])
}

async function checkTrialFolder(trial: string): Promise<void> {
  const events = await readTrialEvents(trial)
  checkSeq(events, trial)
  await checkOutputRanges(trial, events)
  if (existsSync(join(trial, 'result.json'))) checkPhases(trial, events, await readTrialRecord(trial))
}

function checkSeq(events: readonly StoredEvent[], stream: string): void {
  expect(
    events.map(({ seq }) => seq),
    `${stream}: seq without a gap`,
  ).toEqual(events.map((_, index) => index + 1))
}

/** Byte ranges follow each other and end where the output log ends. */
async function checkOutputRanges(trial: string, events: readonly TrialEvent[]): Promise<void> {
  const ranges = events.filter((event) => event.type === 'output.written')
  let at = 0
  for (const { from, to } of ranges) {
    expect(from, `${trial}: output without a gap`).toBe(at)
    at = to
  }
  const size = await stat(join(trial, 'tbcc.output.log')).then(
    (stats) => stats.size,
    () => 0,
  )
  if (existsSync(join(trial, 'result.json'))) expect(at, `${trial}: all output is told of`).toBe(size)
}

/** Phases follow each other without a gap and are the whole trial. */
function checkPhases(trial: string, events: readonly TrialEvent[], record: TrialRecord): void {
  const { phases, startedAt, finishedAt } = record
  expect(phases[0]?.phase, trial).toBe('queued')
  expect(phases.at(-1)?.phase, trial).toBe('teardown')
  let at = toMs(phases[0]?.startedAt ?? '')
  for (const span of phases) {
    expect(Math.abs(toMs(span.startedAt) - at), `${trial}: gap before ${span.phase}`).toBeLessThan(CLOCK_TOLERANCE_MS)
    at += span.durationMs
  }
  expect(Math.abs(toMs(finishedAt) - at), `${trial}: time after the last phase`).toBeLessThan(CLOCK_TOLERANCE_MS)
  expect(toMs(startedAt), trial).toBeGreaterThanOrEqual(toMs(phases[0]?.startedAt ?? ''))
  const run = events.slice(events.findLastIndex((event) => event.type === 'trial.started'))
  const told = run
    .filter((event) => event.type === 'phase.finished')
    .map(({ phase, durationMs }) => ({ phase, durationMs }))
  // The end of `queued` is told before the trial says that it started.
  const rest = phases.map(({ phase, durationMs }) => ({ phase, durationMs })).slice(-told.length)
  expect(told, `${trial}: phases as events and as record`).toEqual(rest)
  const total = phases.reduce((sum, span) => sum + span.durationMs, 0)
  expect(run.find((event) => event.type === 'trial.finished')?.durationMs, trial).toBeCloseTo(total, 3)
}

function toMs(timestamp: string): number {
  return Date.parse(timestamp)
}
