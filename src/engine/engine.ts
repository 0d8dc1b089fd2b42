import type { JobEventBody, StoredEvent, TrialEventBody } from '../contract/events.ts'
import type { JobConfig } from '../contract/harbor/job-config.ts'
import type { TrialRecord } from '../contract/trial.ts'
import type { Rates } from '../core/analysis/rates.ts'
import type { BackendName, BackendProbe } from '../core/environment/backend.ts'
import type { TrialTimeouts } from '../core/job/plan.ts'
import type { LiveEnvironment } from '../core/job/trial-run.ts'
import type { LogPolicy } from '../core/settings/apply.ts'
import type { JobRow, TrialRow } from '../core/job/ports.ts'
import type { TaskEntry } from '../core/task/task.ts'
import type { CleanedToolchains, ToolchainSize } from '../node/toolchains/cache.ts'
import type { ConversionTotals } from '../core/trajectory/convert/converter.ts'

/** The engine as its hosts see it. Methods throw AppError and nothing else. */
export interface Engine {
  /** Tasks at a path, or at the first default place that exists. */
  listTasks(path: string | null, options: ListTasksOptions): Promise<TaskListing>
  /** Settles everything about a job before anything is started; throws `invalid-input` where nothing could run. */
  prepare(request: RunRequest): Promise<PreparedJob>
  /**
   * The same for what is left of a job. `retryExceptions` replaces the default, CancelledError; `secrets` holds values
   * for what `missingSecrets` of an earlier answer named, by the same names.
   */
  prepareResume(job: string, options: ResumeOptions): Promise<PreparedJob>
  /** Runs a prepared job to its end. Rejects with `busy` when another engine holds it. */
  run(job: PreparedJob, observer: JobObserver, signals: RunSignals): Promise<JobReport>
  listJobs(): Promise<readonly JobRow[]>
  /** A job or a trial by name, id or path; `not-found` names near misses, `invalid-input` an ambiguous name. */
  find(target: string): Promise<Found>
  /** Events of a stream from the file, from `afterSeq` on; with `follow` it goes on until the signal aborts or the stream ended. */
  events(
    stream: EventStream,
    options: { readonly afterSeq: number; readonly follow: boolean; readonly signal: AbortSignal },
  ): AsyncIterable<StoredEvent>
  /**
   * Bytes of a trial's output, all or those of one phase; with `follow` until its last run has finished, or nobody runs
   * its job any more. Of a trial that Harbor ran what Harbor kept, `not-found` where that is nothing.
   */
  output(
    stream: EventStream,
    options: { readonly phase: string | null; readonly follow: boolean; readonly signal: AbortSignal },
  ): AsyncIterable<Uint8Array>
  /**
   * State of each backend, the disks, and the images of a dataset, on the backend asked for; absent: `auto`. Code:
   * not-found where there is nothing at `path`; without one the default tasks are looked at, where there are any.
   */
  examine(path: string | null, backend?: BackendName | 'auto'): Promise<Examination>
  /**
   * Removes what dead engines of this machine left behind; with `kept` also what `--no-delete` kept. And prepared
   * toolchains that were not used for long.
   */
  clean(options: { readonly kept: boolean }): Promise<CleanReport>
  /** Makes the stored logs of a trial, or of all trials of a job, trajectories anew; see `find` for the target. */
  convert(target: string): Promise<readonly ConvertedTrial[]>
  /** Rebuilds the index from the files. */
  reindex(): Promise<{ readonly jobs: number; readonly trials: number; readonly events: number }>
  dispose(): Promise<void>
}

export interface EngineConfig {
  /** Where jobs are kept; relative to `cwd`. */
  readonly jobsDir: string
  readonly cwd: string
  /** The host's variables as tasks and agents may read them: `.env` files are merged in by the caller. */
  readonly env: Readonly<Record<string, string | undefined>>
  readonly version: string
  /** Those by which container engines are found; absent: `env`. */
  readonly backendEnv?: Readonly<Record<string, string | undefined>>
  /** Keys of the user's store: read by jobs like variables of the host, and hidden wherever their values show up. */
  readonly secrets?: () => Readonly<Record<string, string>>
  /** What jobs keep of their logs; absent: everything, up to 4 GiB of each. */
  readonly logs?: () => LogPolicy
}

/** What became of the logs of one trial. */
export interface ConvertedTrial {
  readonly trialName: string
  readonly agent: string
  /** Absolute; null: not converted, for `reason`. */
  readonly path: string | null
  readonly reason: string | null
  readonly totals: ConversionTotals | null
}

export interface ListTasksOptions {
  readonly recursive: boolean
  /** Which dataset of the registry at the path; a null version: its newest. Absent: its only one. */
  readonly dataset?: { readonly name: string; readonly version: string | null }
}

export interface TaskListing {
  /** Absolute; where the tasks were found: a folder, or the file that lists them. */
  readonly path: string
  readonly entries: readonly TaskEntry[]
}

export interface RunRequest {
  readonly config: JobConfig
  readonly backend: BackendName | 'auto'
}

export interface ResumeOptions {
  readonly retryExceptions: readonly string[] | null
  readonly secrets: Readonly<Record<string, string>>
}

export interface PreparedJob {
  readonly jobName: string
  /** Absolute. */
  readonly directory: string
  readonly backend: { readonly name: BackendName; readonly version: string; readonly reason: string | null }
  readonly config: JobConfig
  readonly trials: readonly PreparedTrial[]
  /** Trials that have a result already (resume). */
  readonly finishedTrials: number
  /** Folders that were named but are no valid tasks. They are told, and not run. */
  readonly invalidTasks: readonly Extract<TaskEntry, { valid: false }>[]
  /** Host variables that tasks, and tool servers of the job, read through `${VAR}`. */
  readonly hostVariables: readonly {
    readonly name: string
    readonly isSet: boolean
    readonly hasDefault: boolean
    readonly tasks: readonly string[]
    /** Names of the job's tool servers. */
    readonly servers: readonly string[]
  }[]
  /** Settings redacted in the stored config that must be given again (resume), e.g. `agents.0.env.API_KEY`. */
  readonly missingSecrets: readonly string[]
  /** Host variables that an agent or the job needs as `${VAR}` and that are not set. */
  readonly missingKeys: readonly string[]
  /** What no trial is refused for and is likely to be in vain, with the tasks that are meant. */
  readonly warnings: readonly { readonly message: string; readonly tasks: readonly string[] }[]
  readonly images: readonly {
    readonly name: string
    readonly present: boolean
    readonly sizeBytes: number | null
    readonly built: boolean
  }[]
  readonly estimate: { readonly diskBytes: number; readonly freeBytes: number | null }
}

export interface PreparedTrial {
  readonly trialName: string
  readonly taskName: string
  readonly agent: string
  readonly model: string | null
  readonly attempt: number
  /** Why it will be refused at its start; null: it will run. */
  readonly refusal: string | null
  readonly agentTimeoutMs: number | null
  readonly timeouts: TrialTimeouts
}

/** Told in order, synchronously; must not throw. */
export interface JobObserver {
  onJobEvent(event: StoredEvent<JobEventBody>): void
  onTrialEvent(trialName: string, event: StoredEvent<TrialEventBody>): void
  /** Raw output as it is shown, secrets replaced. */
  onOutput(trialName: string, data: Uint8Array): void
  /** A trial's environment once it runs; null before it is stopped. */
  onEnvironment?(trialName: string, environment: LiveEnvironment | null): void
}

/** `cancel`: stop admitting, end running trials, keep everything. `force`: give up what cannot be had at once. */
export interface RunSignals {
  readonly cancel: AbortSignal
  readonly force: AbortSignal
}

export interface JobReport {
  readonly jobName: string
  readonly directory: string
  readonly state: 'completed' | 'cancelled'
  /** All trials of the job, those that had ended before a resume included, in the order of lists: a task's attempts together. */
  readonly trials: readonly TrialRow[]
  readonly rates: Rates
  /** Every trial was judged, or ended as asked without a verdict. */
  readonly allJudged: boolean
}

export interface EventStream {
  readonly jobName: string
  /** Null: the job's own stream. */
  readonly trialName: string | null
}

export type Found =
  | {
      readonly kind: 'job'
      readonly job: JobRow
      readonly trials: readonly TrialRow[]
      readonly rates: Rates
      readonly directory: string
    }
  | {
      readonly kind: 'trial'
      readonly trial: TrialRow
      readonly record: TrialRecord | null
      readonly directory: string
    }

export interface Examination {
  readonly backends: readonly { readonly name: BackendName; readonly probe: BackendProbe }[]
  /** What would be taken as asked, and why; null: nothing. */
  readonly chosen: { readonly name: BackendName; readonly reason: string } | null
  readonly jobsDir: { readonly path: string; readonly freeBytes: number | null; readonly writable: boolean }
  /** Where backends that answer keep images and containers on this machine. */
  readonly disks: readonly { readonly backend: BackendName; readonly path: string; readonly freeBytes: number | null }[]
  /** Programs of agents that are kept for later. */
  readonly toolchains: ToolchainSize
  readonly dataset: TaskListing | null
  /** The backend that was asked for images: the chosen one, else the first that answers. Null: none has images. */
  readonly imagesOn: BackendName | null
  /** Images of the dataset there; `built`: from a Dockerfile. */
  readonly images: readonly {
    readonly name: string
    readonly built: boolean
    readonly present: boolean
    readonly sizeBytes: number | null
  }[]
  /** Containers of engines that are gone, and kept ones. */
  readonly leftovers: number
}

export interface CleanReport {
  readonly removed: readonly { readonly backend: BackendName; readonly id: string; readonly name: string }[]
  /** Of other machines, of engines that still run, or kept. */
  readonly left: number
  readonly toolchains: CleanedToolchains
}
