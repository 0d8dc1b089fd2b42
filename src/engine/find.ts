import { existsSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { AppError } from '../contract/errors.ts'
import type { StoredEvent } from '../contract/events.ts'
import { TrialRecord } from '../contract/trial.ts'
import { computeRates } from '../core/analysis/rates.ts'
import type { JobRow, RunReader, TrialRow } from '../core/job/ports.ts'
import { followToEnd, readEvents } from '../node/fs/follow.ts'
import { readHarborOutput } from '../node/fs/harbor-output.ts'
import { isJobLocked } from '../node/fs/job-lock.ts'
import { readOutput } from '../node/fs/read-output.ts'
import { EVENTS_FILE, RECORD_FILE } from '../node/read/layout.ts'
import { readTextBelow } from '../node/read/safe-read.ts'
import type { Engine, EventStream, Found } from './engine.ts'

export interface Finder extends Pick<Engine, 'find' | 'events' | 'output'> {
  /** The name of a job given by name, id or path; `not-found` otherwise. */
  jobName(target: string): Promise<string>
}

/** An index that can be told to look at the files again. */
type RefreshableIndex = RunReader & { refresh(): Promise<void> }

/** Finds jobs and trials by what people type, and reads their streams. */
export function createFinder(jobsDir: string, cwd: string, index: RefreshableIndex): Finder {
  const directoryOf = ({ jobName, trialName }: EventStream): string => join(jobsDir, jobName, trialName ?? '')

  async function findJob(target: string): Promise<JobRow | null> {
    const jobs = await index.listJobs()
    const path = resolve(cwd, target)
    const name = dirname(path) === jobsDir ? basename(path) : target
    return jobs.find((job) => job.jobName === name || job.jobId === target) ?? null
  }

  async function findTrials(target: string): Promise<readonly TrialRow[]> {
    const path = resolve(cwd, target)
    if (dirname(dirname(path)) !== jobsDir) {
      const named = await index.findTrial(target)
      return named.length > 0 ? named : findByTask(target)
    }
    const trials = await index.listTrials(basename(dirname(path)))
    return trials.filter((trial) => trial.trialName === basename(path))
  }

  /** `JOB/TASK`: a table of a job names the tasks of its trials. */
  async function findByTask(target: string): Promise<readonly TrialRow[]> {
    const at = target.indexOf('/')
    if (at < 0) return []
    const trials = await index.listTrials(target.slice(0, at))
    const task = target.slice(at + 1)
    return trials.filter(({ taskName }) => taskName === task || taskName.endsWith(`/${task}`))
  }

  async function findListed(target: string): Promise<Found | null> {
    const job = await findJob(target)
    if (job !== null) {
      const trials = await index.listTrials(job.jobName)
      return { kind: 'job', job, trials, rates: computeRates(trials), directory: join(jobsDir, job.jobName) }
    }
    const [trial, ...others] = await findTrials(target)
    if (trial === undefined) return null
    if (others.length > 0) throw ambiguous(target, [trial, ...others])
    const directory = directoryOf(trial)
    return { kind: 'trial', trial, record: readRecord(directory), directory }
  }

  /** What another process wrote a moment ago, or did not live to put into the index, is in the files. */
  async function lookTwice<T>(look: () => Promise<T | null>): Promise<T | null> {
    const found = await look()
    if (found !== null) return found
    await index.refresh()
    return look()
  }

  return {
    async jobName(target) {
      const job = await lookTwice(async () => findJob(target))
      if (job !== null) return job.jobName
      throw await unknownName(target, 'job', index)
    },
    async find(target) {
      const found = await lookTwice(async () => findListed(target))
      if (found !== null) return found
      throw await unknownName(target, 'job or trial', index)
    },
    events(stream, { afterSeq, follow, signal }): AsyncIterable<StoredEvent> {
      const path = join(directoryOf(stream), EVENTS_FILE)
      return follow ? followToEnd(path, afterSeq, signal) : readEvents(path, afterSeq)
    },
    output({ jobName, trialName }, options) {
      const job = join(jobsDir, jobName)
      const directory = join(job, trialName ?? '')
      // Harbor's jobs have neither: nobody will write any.
      if (!existsSync(join(job, RECORD_FILE)) && !existsSync(join(directory, EVENTS_FILE)))
        return readHarborOutput(directory, options.phase)
      return readOutput(directory, { ...options, isOver: createOverCheck(job) })
    },
  }
}

/** Looking at a lock opens its file: no more often than so. */
const LOCK_CHECK_MS = 1000

/** Whether nobody runs a job: it ended, or who ran it died. The answer may be a moment old. */
function createOverCheck(jobDirectory: string): () => boolean {
  let checkedMs = Number.NEGATIVE_INFINITY
  let isOver = false
  return () => {
    const nowMs = performance.now()
    if (nowMs - checkedMs < LOCK_CHECK_MS) return isOver
    checkedMs = nowMs
    isOver = !isJobLocked(jobDirectory)
    return isOver
  }
}

/** `tbcc.json` of a trial; null where there is none that can be read. */
export function readRecord(directory: string): TrialRecord | null {
  const text = readTextBelow(directory, [RECORD_FILE], 256 * 1024 ** 2)
  if (text === null) return null
  try {
    return TrialRecord.parse(JSON.parse(text))
  } catch {
    return null
  }
}

async function unknownName(target: string, what: string, index: RunReader): Promise<AppError> {
  const jobs = await index.listJobs()
  const near = jobs.map(({ jobName }) => jobName).filter((name) => name.includes(target) || target.includes(name))
  const hint = near.length > 0 ? `near: ${near.slice(0, 5).join(', ')}` : 'see what is there: tbcc jobs'
  return new AppError('not-found', `there is no ${what} "${target}"`, { details: { hint } })
}

function ambiguous(target: string, trials: readonly TrialRow[]): AppError {
  const names = trials.map(({ jobName, trialName }) => `${jobName}/${trialName}`)
  return new AppError('invalid-input', `"${target}" means ${names.length} trials: ${names.slice(0, 10).join(', ')}`, {
    details: { hint: 'give the path of its folder, or a longer name' },
  })
}
