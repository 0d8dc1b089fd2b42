import { lstatSync } from 'node:fs'
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { createJobProjection, type JobProjection } from '../../core/job/projection.ts'
import { readJobDocuments, readTrialDocuments } from '../read/documents.ts'
import { CONFIG_FILE, CTRF_FILE, EVENTS_FILE, RECORD_FILE, RESULT_FILE } from '../read/layout.ts'
import { directoriesBelow } from '../read/safe-read.ts'
import { eventsInFile, syncStream } from './sync-stream.ts'
import type { Tables } from './tables.ts'

/**
 * Brings the index to what the files of a jobs folder say. What has not changed since the last time is not
 * read; of ended jobs that `seen` knows, only a glance is taken: it is kept up to date.
 */
export function refreshIndex(tables: Tables, jobsDir: string, seen: Map<string, string> = new Map()): void {
  const isGone = (jobName: string): boolean => !isJob(join(jobsDir, jobName))
  for (const jobName of tables.knownJobs().filter(isGone)) {
    // Looked at again inside: what another process has written by now belongs to a folder that is there by now.
    tables.atOnce(() => {
      if (isGone(jobName)) tables.forgetJob(jobName)
    })
  }
  for (const jobName of directoriesBelow(jobsDir)) {
    if (isGone(jobName)) continue
    const glance = glanceAt(join(jobsDir, jobName))
    if (seen.get(jobName) === glance && !tables.isRunning(jobName)) continue
    refreshJob(tables, jobsDir, jobName)
    seen.set(jobName, glance)
  }
}

/** Changes when trials come and go, and when one ends: Harbor and we write the job's own files then. */
function glanceAt(directory: string): string {
  const { mtimeNs } = lstatSync(directory, { bigint: true, throwIfNoEntry: false }) ?? { mtimeNs: 0n }
  return [mtimeNs, ...[EVENTS_FILE, CONFIG_FILE, RESULT_FILE].map((name) => stampOfFile(join(directory, name)))].join()
}

function refreshJob(tables: Tables, jobsDir: string, jobName: string): void {
  const directory = join(jobsDir, jobName)
  syncStream(tables, jobName, directory)
  for (const trial of directoriesBelow(directory)) syncStream(tables, `${jobName}/${trial}`, join(directory, trial))
  if (stampOfJob(directory) === tables.stamp(jobName)) return
  // One transaction: what another process writes about this job comes before all of it, and is seen, or after.
  tables.atOnce(() => {
    const trials = directoriesBelow(directory)
    dropStreams(tables, jobName, trials)
    const stamp = stampOfJob(directory)
    putRows(tables, jobName, directory, projectJob(directory, jobName, trials))
    tables.setStamp(jobName, stamp)
  })
}

/** Whether Harbor or we wrote a folder. */
function isJob(directory: string): boolean {
  if (lstatSync(directory, { throwIfNoEntry: false })?.isDirectory() !== true) return false
  return [EVENTS_FILE, CONFIG_FILE, RESULT_FILE].some((name) => stampOfFile(join(directory, name)) !== NO_FILE)
}

function dropStreams(tables: Tables, jobName: string, trials: readonly string[]): void {
  const streams = new Set([jobName, ...trials.map((trial) => `${jobName}/${trial}`)])
  for (const known of tables.events.streamsOf(jobName)) if (!streams.has(known)) tables.events.deleteStream(known)
}

function projectJob(directory: string, jobName: string, trials: readonly string[]): JobProjection {
  const projection = createJobProjection(jobName)
  for (const event of eventsInFile(directory)) projection.apply(event)
  for (const trial of trials) projection.setTrial(trial, readTrialDocuments(join(directory, trial)))
  return projection
}

function putRows(tables: Tables, jobName: string, directory: string, projection: JobProjection): void {
  tables.rows.deleteTrials(jobName)
  tables.rows.putJob(projection.job(readJobDocuments(directory)))
  for (const trialName of projection.trialNames()) {
    const row = projection.trial(trialName)
    if (row !== null) tables.rows.putTrial(row)
  }
}

/** Changes when any document that rows are made from does. */
function stampOfJob(directory: string): string {
  const hash = createHash('sha256')
  const add = (path: string): void => void hash.update(`${path} ${stampOfFile(join(directory, path))}\n`)
  for (const name of [EVENTS_FILE, CONFIG_FILE, RESULT_FILE]) add(name)
  for (const trial of directoriesBelow(directory))
    for (const name of [RECORD_FILE, RESULT_FILE, CONFIG_FILE, CTRF_FILE]) add(`${trial}/${name}`)
  return hash.digest('hex')
}

const NO_FILE = 'none'

/** Each atomic write makes a new file; appending changes its size. */
function stampOfFile(path: string): string {
  const stats = lstatSync(path, { bigint: true, throwIfNoEntry: false })
  return stats?.isFile() === true ? `${stats.ino}:${stats.size}:${stats.mtimeNs}` : NO_FILE
}
