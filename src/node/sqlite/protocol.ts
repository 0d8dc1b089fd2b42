import type { ErrorCode, ErrorDetails } from '../../contract/errors.ts'
import type { JobRow, OutputRange, TrialRow } from '../../core/job/ports.ts'

/** What the database worker is started with. */
export interface WorkerSettings {
  readonly jobsDir: string
  /** Lists compare the index with the files again when the last time is longer ago than this. */
  readonly listRefreshMs: number
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

/** What can be asked, and what is answered. */
export interface Answers {
  jobs: { ask: Record<never, never>; answer: readonly JobRow[] }
  trials: { ask: { readonly jobName: string }; answer: readonly TrialRow[] }
  find: { ask: { readonly nameOrId: string }; answer: readonly TrialRow[] }
  /** Lines of events with seq > afterSeq. */
  events: { ask: { readonly stream: string; readonly afterSeq: number; readonly limit: number }; answer: readonly string[] }
  last: { ask: { readonly stream: string; readonly limit: number }; answer: readonly string[] }
  ranges: { ask: { readonly stream: string; readonly afterSeq: number }; answer: readonly OutputRange[] }
  /** All changes sent before are applied, or will be found in the files. */
  flush: { ask: Record<never, never>; answer: null }
  /** Takes over what other processes and Harbor wrote meanwhile. */
  refresh: { ask: Record<never, never>; answer: null }
  /** Throws the index away and makes it anew from the files. */
  rebuild: { ask: Record<never, never>; answer: IndexCounts }
  close: { ask: Record<never, never>; answer: null }
}

export interface IndexCounts {
  readonly jobs: number
  readonly trials: number
  readonly events: number
}

export type Question = { [Kind in keyof Answers]: { readonly kind: Kind } & Answers[Kind]['ask'] }[keyof Answers]
export type AnswerTo<Kind extends keyof Answers> = Answers[Kind]['answer']

export type ToWorker =
  | { readonly kind: 'changes'; readonly changes: readonly Change[] }
  | { readonly kind: 'question'; readonly id: number; readonly question: Question }

export type FromWorker =
  | { readonly id: number; readonly answer: AnswerTo<keyof Answers> }
  | { readonly id: number; readonly error: { readonly code: ErrorCode; readonly message: string; readonly details: ErrorDetails } }
