import type { LogParser } from '../../src/core/agent/logs/log-parser.ts'

/** How an agent's logs look, for making long ones. */
export interface LogShape {
  readonly agent: string
  createParser(): LogParser
  /** What is printed for the nth message. */
  streamLines(message: number): readonly string[]
  /** What is kept of it, and in which file of the trial; absent: its sessions are not measured. */
  readonly session?: (message: number) => { readonly path: string; readonly lines: readonly string[] }
}
