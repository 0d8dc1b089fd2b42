import type { LogSummary } from '../logs/log-parser.ts'
import type { FailurePattern } from './patterns.ts'

/** How the program of an agent ended. */
export interface RunEnd {
  /** Null: it ended without one. */
  readonly exitCode: number | null
  readonly summary: Pick<LogSummary, 'failure' | 'complaints'>
  /** Beside the shared ones. */
  readonly patterns?: readonly FailurePattern[]
  /** Where people find its whole output, below the trial's folder. */
  readonly log?: string
}

export interface Failure {
  /** Harbor's name, one that `leavesWorkToVerify` knows. */
  readonly type: string
  /** For people, one line: what happened, the CLI's own words, where the log is. */
  readonly message: string
  /** The lines that show it, at most five, plain text. */
  readonly evidence: readonly string[]
}
