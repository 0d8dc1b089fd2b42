import type { Trajectory, TrajectoryStep } from '../../../contract/harbor/trajectory.ts'
import type { Usage } from '../../../contract/trial.ts'

/** What an agent left, below the trial's folder: `agent/claude-code.txt`, `agent/sessions/…`. */
export interface LogFolder {
  /** Regular files below a folder with their sizes, in path order; paths are relative to the trial, links are left out. */
  list(folder: string): Promise<readonly LogFile[]>
  /** The lines of a file without their LF, decoded leniently, from a byte on; nothing where it is missing. */
  lines(path: string, fromByte?: number): AsyncIterable<LogLine>
}

export interface LogFile {
  readonly path: string
  readonly bytes: number
}

export interface LogLine {
  readonly text: string
  /** Where it begins in its file. */
  readonly at: number
}

/** What a converter is told beside the logs. */
export interface ConvertContext {
  readonly logs: LogFolder
  readonly agent: { readonly name: string; readonly version: string | null }
  /** `provider/name` as the job has it; null: none. */
  readonly model: string | null
  readonly instruction: string
}

/**
 * A conversion whose steps come one by one: a log of a gigabyte is never whole in memory. `head` and `tail` hold
 * everything of the document but its steps; `tail` is known once the steps have been read to their end.
 */
export interface Conversion {
  readonly head: Omit<Trajectory, 'steps' | 'final_metrics' | 'subagent_trajectories'>
  steps(): AsyncIterable<TrajectoryStep>
  tail(): Pick<Trajectory, 'final_metrics' | 'subagent_trajectories'>
  /** After the steps. Totals, and where two sources of the log disagree about them, in words. */
  totals(): ConversionTotals
}

export interface ConversionTotals {
  /** Input tokens include cached ones. */
  readonly usage: Usage
  readonly differences: readonly string[]
  /** Lines that could not be read. */
  readonly skipped: number
}

/** Reads the richest log that a CLI leaves. Null: nothing there to convert. Never throws for what a log contains. */
export type TrajectoryConverter = (context: ConvertContext) => Promise<Conversion | null>
