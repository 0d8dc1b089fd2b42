import type { JobEventBody, StoredEvent, TrialEventBody } from '../../contract/events.ts'
import { AppError, toAppError } from '../../contract/errors.ts'
import type { LiveEnvironment } from '../../core/job/trial-run.ts'
import type { Engine, PreparedJob } from '../engine.ts'
import { createListeners, type Listeners } from './listeners.ts'

/** What happens in a job of this service. */
export type JobSignal =
  | { readonly kind: 'job'; readonly jobName: string; readonly event: StoredEvent<JobEventBody> }
  | {
      readonly kind: 'trial'
      readonly jobName: string
      readonly trialName: string
      readonly event: StoredEvent<TrialEventBody>
    }
  | { readonly kind: 'output'; readonly jobName: string; readonly trialName: string; readonly data: Uint8Array }
  /** A trial's environment once it runs; null before it is stopped. */
  | {
      readonly kind: 'environment'
      readonly jobName: string
      readonly trialName: string
      readonly environment: LiveEnvironment | null
    }
  /** It ended; `failure`: as a whole, for a reason that no trial of it tells. */
  | { readonly kind: 'end'; readonly jobName: string; readonly failure: AppError | null }

/** The jobs that this service runs. */
export interface OwnJobs {
  readonly signals: Listeners<[JobSignal]>
  /** Resolves when the job has its folder and its first event; rejects with what kept it from that, such as `stopAll`. */
  start(job: PreparedJob): Promise<void>
  /** False: it is none of ours. */
  stop(jobName: string, options: { readonly force: boolean }): boolean
  has(jobName: string): boolean
  names(): readonly string[]
  job(jobName: string): PreparedJob | null
  /** Why a job of ours ended as a whole; null: it did not. */
  failure(jobName: string): AppError | null
  /** For good: no other job is started from now on. Resolves when all have ended. */
  stopAll(options: { readonly force: boolean }): Promise<void>
}

interface RunningJob {
  readonly prepared: PreparedJob
  readonly cancel: AbortController
  readonly force: AbortController
  readonly ended: Promise<void>
}

export function createOwnJobs(engine: Pick<Engine, 'run'>): OwnJobs {
  const running = new Map<string, RunningJob>()
  const failures = new Map<string, AppError>()
  const signals = createListeners<[JobSignal]>()
  let isClosing = false

  async function start(prepared: PreparedJob): Promise<void> {
    const { jobName } = prepared
    if (isClosing)
      throw new AppError('unsupported', `the engine is being ended, and the job ${jobName} was not started`)
    if (running.has(jobName)) throw new AppError('busy', `the job ${jobName} runs already`)
    const begun = Promise.withResolvers<void>()
    const cancel = new AbortController()
    const force = new AbortController()
    const observer = {
      onJobEvent(event: StoredEvent<JobEventBody>) {
        begun.resolve()
        signals.tell({ kind: 'job', jobName, event })
      },
      onTrialEvent: (trialName: string, event: StoredEvent<TrialEventBody>) =>
        signals.tell({ kind: 'trial', jobName, trialName, event }),
      onOutput: (trialName: string, data: Uint8Array) => signals.tell({ kind: 'output', jobName, trialName, data }),
      onEnvironment: (trialName: string, environment: LiveEnvironment | null) =>
        signals.tell({ kind: 'environment', jobName, trialName, environment }),
    }
    const end = (failure: AppError | null): void => {
      running.delete(jobName)
      // That somebody else has it says nothing of the job.
      if (failure !== null && failure.code !== 'busy') failures.set(jobName, failure)
      // Settled already where it had begun: then the failure is told by the signal alone.
      if (failure === null) begun.resolve()
      else begun.reject(failure)
      signals.tell({ kind: 'end', jobName, failure })
    }
    const run = engine.run(prepared, observer, { cancel: cancel.signal, force: force.signal })
    const ended = run.then(
      () => end(null),
      (error: unknown) => end(toAppError(error)),
    )
    failures.delete(jobName)
    running.set(jobName, { prepared, cancel, force, ended })
    await begun.promise
  }

  function stop(jobName: string, { force }: { readonly force: boolean }): boolean {
    const job = running.get(jobName)
    job?.cancel.abort()
    if (force) job?.force.abort()
    return job !== undefined
  }

  return {
    signals,
    start,
    stop,
    has: (jobName) => running.has(jobName),
    names: () => [...running.keys()],
    job: (jobName) => running.get(jobName)?.prepared ?? null,
    failure: (jobName) => failures.get(jobName) ?? null,
    async stopAll(options) {
      // A job that is being prepared now would be in nobody's list.
      isClosing = true
      const all = [...running.entries()]
      for (const [jobName] of all) stop(jobName, options)
      await Promise.all(all.map(async ([, { ended }]) => ended))
    },
  }
}
