import type { JobChange, JobSummary } from '../../contract/api/jobs.ts'
import { createBell, createListeners } from './listeners.ts'
import type { JobSummaries } from './job-summaries.ts'
import type { JobSignal, OwnJobs } from './own-jobs.ts'

/** What the list of jobs is told of. */
export interface JobChanges {
  follow(signal: AbortSignal): AsyncIterable<JobChange>
  /** Jobs that this service removed. */
  removed(jobNames: readonly string[]): void
}

/** So many jobs are in the first message, beside all that run. */
const SNAPSHOT_JOBS = 500
/** Changes of own jobs within this time come as one. */
const COALESCE_MS = 250

export interface JobChangesDeps {
  readonly summaries: JobSummaries
  readonly own: OwnJobs
  /** Rings when the files of other processes were looked at again. */
  readonly watchForeign: (onLook: () => void) => () => void
}

export function createJobChanges({ summaries, own, watchForeign }: JobChangesDeps): JobChanges {
  const removals = createListeners<[]>()

  async function* follow(signal: AbortSignal): AsyncGenerator<JobChange> {
    const bell = createBell(signal)
    const dirty = new Set<string>()
    let looked = false
    const stops = [
      own.signals.add((told) => {
        if (!movesJob(told)) return
        dirty.add(told.jobName)
        bell.ring()
      }),
      watchForeign(() => {
        looked = true
        bell.ring()
      }),
      removals.add(() => {
        looked = true
        bell.ring()
      }),
    ]
    try {
      const first = await summaries.list()
      const known = new Map(first.map((job) => [job.jobName, job]))
      yield { kind: 'all', jobs: first.filter((job, at) => at < SNAPSHOT_JOBS || job.state === 'running') }
      while (!signal.aborted) {
        await bell.wait(null)
        if (signal.aborted) return
        await pause(COALESCE_MS, signal)
        const names = looked ? null : [...dirty]
        looked = false
        dirty.clear()
        yield* differences(known, await look(names), names === null)
      }
    } finally {
      for (const stop of stops) stop()
      bell.close()
    }
  }

  async function look(names: readonly string[] | null): Promise<readonly JobSummary[]> {
    if (names === null) return summaries.list()
    const found = await Promise.all(names.map(async (name) => summaries.get(name)))
    return found.filter((job) => job !== null)
  }

  return { follow, removed: () => removals.tell() }
}

/** What is new since; `known` is brought up to date. A running job's time goes on: that alone is no change. */
function* differences(known: Map<string, JobSummary>, jobs: readonly JobSummary[], all: boolean): Generator<JobChange> {
  for (const job of jobs) {
    const before = known.get(job.jobName)
    known.set(job.jobName, job)
    if (before === undefined || stateOf(before) !== stateOf(job)) yield { kind: 'changed', job }
  }
  if (!all) return
  const names = new Set(jobs.map(({ jobName }) => jobName))
  for (const jobName of [...known.keys()].filter((name) => !names.has(name))) {
    known.delete(jobName)
    yield { kind: 'removed', jobName }
  }
}

function stateOf(job: JobSummary): string {
  return JSON.stringify(job.state === 'running' ? { ...job, durationMs: null, etaMs: null } : job)
}

function movesJob(told: JobSignal): boolean {
  return told.kind === 'job' || told.kind === 'end'
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  const bell = createBell(signal)
  await bell.wait(ms)
  bell.close()
}
