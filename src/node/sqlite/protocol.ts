import type { ErrorCode, ErrorDetails } from '../../contract/errors.ts'
import type { JobRow, OutputRange, TrialRow } from '../../core/job/ports.ts'

/** What the database worker is started with. */
export interface WorkerSettings {
  readonly jobsDir: string
  /** Lists compare the index with the files again when the last time is longer ago than this. */
  readonly listRefreshMs: number
}

export function isWorkerSettings(value: unknown): value is WorkerSettings {
  return typeof value === 'object' && value !== null && 'jobsDir' in value && 'listRefreshMs' in value
}

/** Events of one stream, with consecutive seqs; what belongs together stands at one position of each list. */
export interface EventBatch {
  readonly kind: 'events'
  readonly stream: string
  readonly seqs: number[]
  readonly types: string[]
  readonly ats: string[]
  readonly lines: string[]
}

/** One change; changes are applied in the order in which they were sent. */
export type Change =
  | EventBatch
  | { readonly kind: 'job'; readonly row: JobRow }
  | { readonly kind: 'trial'; readonly row: TrialRow }
  | { readonly kind: 'truncate'; readonly stream: string; readonly lastSeq: number }
  | { readonly kind: 'delete-trial'; readonly jobName: string; readonly trialName: string }
  | { readonly kind: 'delete-job'; readonly jobName: string }

/** What can be asked. */
export type Question =
  | { readonly kind: 'jobs' }
  | { readonly kind: 'trials'; readonly jobName: string }
  | { readonly kind: 'find'; readonly nameOrId: string }
  /** Lines of events with seq > afterSeq. */
  | { readonly kind: 'events'; readonly stream: string; readonly afterSeq: number; readonly limit: number }
  | { readonly kind: 'last'; readonly stream: string; readonly limit: number }
  | { readonly kind: 'ranges'; readonly stream: string; readonly afterSeq: number }
  /** All changes sent before are applied, or will be found in the files. */
  | { readonly kind: 'flush' }
  /** Takes over what other processes and Harbor wrote meanwhile. */
  | { readonly kind: 'refresh' }
  /** Throws the index away and makes it anew from the files. */
  | { readonly kind: 'rebuild' }
  | { readonly kind: 'close' }

/** What each question is answered with. */
export interface Answers {
  readonly jobs: readonly JobRow[]
  readonly trials: readonly TrialRow[]
  readonly find: readonly TrialRow[]
  readonly events: readonly string[]
  readonly last: readonly string[]
  readonly ranges: readonly OutputRange[]
  readonly flush: null
  readonly refresh: null
  readonly rebuild: IndexCounts
  readonly close: null
}
export type Answer = Answers[Question['kind']]

export interface IndexCounts {
  readonly jobs: number
  readonly trials: number
  readonly events: number
}

export type ToWorker =
  | { readonly kind: 'changes'; readonly changes: readonly Change[] }
  | { readonly kind: 'question'; readonly id: number; readonly question: Question }

export type FromWorker =
  | { readonly id: number; readonly answer: Answer }
  | {
      readonly id: number
      readonly error: { readonly code: ErrorCode; readonly message: string; readonly details: ErrorDetails }
    }
