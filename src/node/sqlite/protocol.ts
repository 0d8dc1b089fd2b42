import type { TrialFilter } from '../../contract/api/common.ts'
import type { Step, TrialFacets } from '../../contract/api/trials.ts'
import type { ErrorCode, ErrorDetails } from '../../contract/errors.ts'
import type { TrajectoryQuery } from '../../core/steps/trajectory-page.ts'
import type { StepLines, StepPage, StepQuery } from './step-table.ts'
import type { FoundTrajectory } from './trajectories.ts'
import type { JobTotals } from '../../core/analysis/job-totals.ts'
import type { Statistics, StatisticsKind, TrialQuery } from '../../core/analysis/trial-queries.ts'
import type { JobRow, OutputRange, TrialRow } from '../../core/job/ports.ts'
import type { Printed } from '../../core/steps/recording.ts'

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
  | { readonly kind: 'query-trials'; readonly query: TrialQuery }
  | { readonly kind: 'facets'; readonly filter: TrialFilter }
  | { readonly kind: 'job-totals'; readonly jobNames: readonly string[] | null }
  | { readonly kind: 'spent'; readonly since: string }
  | { readonly kind: 'statistics'; readonly of: StatisticsKind; readonly filter: TrialFilter }
  /** Lines of events with seq > afterSeq. */
  | { readonly kind: 'events'; readonly stream: string; readonly afterSeq: number; readonly limit: number }
  | {
      readonly kind: 'events-of'
      readonly stream: string
      readonly types: readonly string[] | null
      readonly afterSeq: number
      readonly limit: number
    }
  | { readonly kind: 'last'; readonly stream: string; readonly limit: number }
  | { readonly kind: 'ranges'; readonly stream: string; readonly afterSeq: number }
  | { readonly kind: 'sample-output'; readonly stream: string; readonly most: number }
  | { readonly kind: 'step-page'; readonly stream: string; readonly query: StepQuery }
  | { readonly kind: 'steps'; readonly stream: string; readonly indices: readonly number[] }
  | { readonly kind: 'trajectory-page'; readonly stream: string; readonly query: TrajectoryQuery }
  | { readonly kind: 'trajectory-steps'; readonly stream: string; readonly indices: readonly number[] }
  /** Names of the jobs whose rows say that they run. */
  | { readonly kind: 'running-jobs' }
  /** All changes sent before are applied, or will be found in the files. */
  | { readonly kind: 'flush' }
  /** Takes over what other processes and Harbor wrote meanwhile. */
  | { readonly kind: 'refresh' }
  /** The same for jobs that run or have moved, by a glance at each; not where the last time is no longer ago than this. */
  | { readonly kind: 'look'; readonly maxAgeMs: number }
  /** Throws the index away and makes it anew from the files. */
  | { readonly kind: 'rebuild' }
  | { readonly kind: 'close' }

/** What each question is answered with. */
export interface Answers {
  readonly jobs: readonly JobRow[]
  readonly trials: readonly TrialRow[]
  readonly find: readonly TrialRow[]
  readonly 'query-trials': { readonly total: number; readonly trials: readonly TrialRow[] }
  readonly facets: TrialFacets
  readonly 'job-totals': readonly JobTotals[]
  readonly spent: number | null
  readonly statistics: Statistics[StatisticsKind]
  readonly events: readonly string[]
  readonly 'events-of': readonly string[]
  readonly last: readonly string[]
  readonly ranges: readonly OutputRange[]
  readonly 'sample-output': readonly Printed[]
  readonly 'step-page': StepPage
  readonly steps: readonly StepLines[]
  readonly 'trajectory-page': FoundTrajectory
  readonly 'trajectory-steps': readonly Step[] | null
  readonly 'running-jobs': readonly string[]
  readonly flush: null
  readonly refresh: null
  readonly look: null
  readonly rebuild: IndexCounts
  readonly close: null
}
export type Answer = Answers[Question['kind']]

export interface IndexCounts {
  readonly jobs: number
  readonly trials: number
  readonly events: number
}

/** Names of the jobs that nobody runs: rows of their trials say so. Null: rows are not asked about. */
export type Interrupted = readonly string[] | null

export type ToWorker =
  | { readonly kind: 'changes'; readonly changes: readonly Change[] }
  | {
      readonly kind: 'question'
      readonly id: number
      readonly question: Question
      readonly interrupted: Interrupted
    }

export type FromWorker =
  | { readonly id: number; readonly answer: Answer }
  | {
      readonly id: number
      readonly error: { readonly code: ErrorCode; readonly message: string; readonly details: ErrorDetails }
    }
