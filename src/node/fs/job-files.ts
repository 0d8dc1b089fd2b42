import { mkdir, readdir, rm } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { AppError } from '../../contract/errors.ts'
import type { JobEventBody, StoredEvent } from '../../contract/events.ts'
import type { OwnerId } from '../../core/environment/backend.ts'
import type { Clock, JobFiles, RunWriter } from '../../core/job/ports.ts'
import { EVENTS_FILE } from '../read/layout.ts'
import { directoriesBelow, readTextBelow } from '../read/safe-read.ts'
import { errnoOf, toStorageError } from '../storage-error.ts'
import { syncDirectory, TEMPORARY_PREFIX, writeFileAtomically } from '../write/atomic-file.ts'
import { openEventLog } from './event-log.ts'
import { createIndexFeed } from './index-feed.ts'
import { takeJobLock, type JobLock } from './job-lock.ts'
import { entryName, isRealDirectory, makeBelow, partsOf } from './paths.ts'
import { countAllReplaced, finishReplacements, replaceTrialDirectory } from './replaced-trial.ts'
import { createScrubber } from './scrub.ts'
import { clearStopRequest, readStopRequest } from './stop-request.ts'
import { createTrialFiles, scrubText, type OpenTrialFiles } from './trial-files.ts'
import { closeAll } from './trial-streams.ts'

export interface OpenJobOptions {
  /** `create`: there is no such job yet. `existing`: there is one. */
  readonly mode: 'create' | 'existing'
  readonly owner: OwnerId
  /** Values that must reach no file and no event. */
  readonly secrets: readonly string[]
  readonly clock: Clock
  /** Kept up to date with all that is written; null: without an index. */
  readonly index: RunWriter | null
}

/** A job held by this process. */
export interface OpenJob extends JobFiles {
  /** Told of each event of the job and its trials once it is in its file; must not throw. Returns how to stop. */
  subscribe(listener: StreamListener): () => void
}

/** `stream`: `<job>` or `<job>/<trial>`. */
export type StreamListener = (stream: string, event: StoredEvent) => void

/**
 * Takes a job for this process and finishes what a crash of an earlier one left half-done.
 * Codes: already-exists, not-found, busy, invalid-input, storage-full, storage-read-only, storage-failed.
 */
export async function openJob(jobsDir: string, jobName: string, options: OpenJobOptions): Promise<OpenJob> {
  const directory = join(resolve(jobsDir), entryName(jobName, 'job'))
  if (options.mode === 'create') await createDirectory(directory)
  else if (!(await isRealDirectory(directory)))
    throw new AppError('not-found', `there is no job ${jobName} in ${resolve(jobsDir)}`)
  const lock = await takeJobLock(directory, options.owner)
  try {
    await tidyUp(directory)
    return createJobFiles(directory, jobName, options, lock)
  } catch (thrown) {
    await lock.release()
    throw toStorageError(thrown, `open ${directory}`)
  }
}

function createJobFiles(
  directory: string,
  jobName: string,
  { clock, index, secrets }: OpenJobOptions,
  lock: JobLock,
): OpenJob {
  const scrubber = createScrubber(secrets)
  const feed = index === null ? null : createIndexFeed(directory, jobName, index)
  const listeners = new Set<StreamListener>()
  const trials = new Map<string, OpenTrialFiles>()
  let journal: { close(): Promise<void> } | null = null

  const tell = (stream: string, event: StoredEvent): void => {
    for (const listener of listeners) listener(stream, event)
  }

  function trial(name: string): OpenTrialFiles {
    const trialName = entryName(name, 'trial')
    const stream = `${jobName}/${trialName}`
    const onDocument = (): void => feed?.onTrialChanged(trialName)
    const known = trials.get(trialName)
    if (known !== undefined) return known
    const made = createTrialFiles({
      jobDirectory: directory,
      trialName,
      stream,
      clock,
      scrubber,
      index,
      onEvent: (event) => tell(stream, event),
      onDocument,
    })
    trials.set(trialName, made)
    return made
  }

  return {
    directory,
    trial,
    async writeText(path, text) {
      const parts = partsOf(path)
      await writeFileAtomically(
        join(await makeBelow(directory, parts.slice(0, -1)), parts.at(-1) ?? ''),
        scrubText(scrubber, path, text),
      )
    },
    readText: async (path, maxBytes) => readTextBelow(directory, partsOf(path), maxBytes),
    redact: (text) => scrubber.text(text),
    async openJournal() {
      if (journal !== null) throw new AppError('internal', `the journal of ${jobName} is open already`)
      const log = await openEventLog<JobEventBody>({
        path: join(directory, EVENTS_FILE),
        stream: jobName,
        clock,
        redactor: scrubber,
        index,
      })
      log.subscribe((event) => {
        feed?.onJobEvent(event)
        tell(jobName, event)
      })
      journal = log
      return {
        ...log,
        async close() {
          journal = null
          await log.close()
        },
      }
    },
    trialNames: async () => directoriesBelow(directory),
    async replaceTrial(trialName) {
      if (trial(trialName).isOpen) throw new AppError('busy', `${trialName} still runs and cannot be replaced`)
      const archive = await replaceTrialDirectory(directory, trialName)
      feed?.onTrialChanged(trialName)
      return archive
    },
    readStopRequest: async () => readStopRequest(directory),
    replacedCounts: async () => countAllReplaced(directory),
    subscribe(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    async release() {
      try {
        await closeAll([...trials.values()])
        await journal?.close()
      } finally {
        listeners.clear()
        await lock.release()
      }
    },
  }
}

/** Whether a new job can have a folder that is there: an earlier start was cut short before it wrote anything. */
export async function isFreeForJob(directory: string): Promise<boolean> {
  const names = await readdir(directory).catch(() => ['?'])
  return names.every((name) => name.startsWith('.tbcc'))
}

async function createDirectory(directory: string): Promise<void> {
  try {
    await mkdir(dirname(directory), { recursive: true })
    await mkdir(directory)
    await syncDirectory(dirname(directory))
  } catch (thrown) {
    if (errnoOf(thrown) !== 'EEXIST') throw toStorageError(thrown, `make the folder ${directory}`)
    if (await isFreeForJob(directory)) return
    const hint = 'choose another --job-name, or go on with it: tbcc resume'
    throw new AppError('already-exists', `${directory} exists already`, { details: { hint } })
  }
}

async function tidyUp(directory: string): Promise<void> {
  await clearStopRequest(directory)
  await finishReplacements(directory)
  for (const folder of ['.', ...directoriesBelow(directory)]) {
    const names = await readdir(join(directory, folder))
    for (const name of names) if (name.startsWith(TEMPORARY_PREFIX)) await rm(join(directory, folder, name))
  }
}
