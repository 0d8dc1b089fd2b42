import type { TrialEventBody } from '../../../contract/events.ts'
import type { Usage } from '../../../contract/trial.ts'

/**
 * Reads what a CLI prints, line by line while it runs, and says it as events. It never throws: what is not of the format
 * is kept as text in the summary, and the next valid line is read all the same.
 */
export interface LogParser {
  /** One line without its LF, in order. */
  line(text: string): readonly TrialEventBody[]
  /** After the last line: closes what is open. Call once. */
  end(): readonly TrialEventBody[]
  /** So far; whole after `end`. */
  readonly summary: LogSummary
  /**
   * How many answers of the model have begun, where its events tell of them late or never: whatever kept the agent waiting
   * before one is over. Absent: its events tell at once.
   */
  readonly answers?: number
}

/** What a log says of the run as a whole. Unknown is null, never 0. */
export interface LogSummary {
  readonly usage: Usage
  /** Turns of the agent itself; those of its subagents are theirs. */
  readonly turns: number
  /** Whether the log has the line that its format ends with: without it the run was cut off and the numbers are partial. */
  readonly complete: boolean
  /** What the CLI says went wrong, even where it exits with 0; null: nothing. */
  readonly failure: LogFailure | null
  /**
   * Where the cause of a failure may be looked for: the CLI's own error lines and lines that are no part of the format, in
   * order, the last ones at most. Never what a tool printed or the model wrote.
   */
  readonly complaints: readonly string[]
  readonly lines: { readonly read: number; readonly stray: number }
  readonly sessionId: string | null
  /** As the CLI says it. */
  readonly version: string | null
  readonly model: string | null
}

export interface LogFailure {
  /** The format's own word, e.g. `error_max_turns`, `turn.failed`. */
  readonly kind: string
  readonly message: string
  /** Of the HTTP answer behind it, where it is said. */
  readonly status: number | null
}
