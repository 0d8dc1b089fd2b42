import type { LogParser } from '../../src/core/agent/logs/log-parser.ts'

/** How what an agent prints looks, for making a long stream of it. */
export interface StreamShape {
  readonly agent: string
  createParser(): LogParser
  /** Lines that are printed for the nth message, each with its end. */
  print(message: number): string
}

/** How the logs look that an agent leaves, for making long ones to convert. */
export interface LogShape {
  /** Whose converter reads them. */
  readonly agent: string
  /** In a few words: of which of its logs the trajectory is made. */
  readonly what: string
  /** Before the first message. */
  readonly begin?: readonly LogPiece[]
  /** What is kept of the nth message: it takes OUTPUT_TOKENS. */
  message(nth: number): readonly LogPiece[]
  /** After so many messages. */
  end?(messages: number): readonly LogPiece[]
  /** Steps that so many messages must become. */
  steps(messages: number): number
}

/** Text that comes to a file of the trial. */
export interface LogPiece {
  readonly path: string
  readonly text: string
}

export const OUTPUT_TOKENS = 300

/** The stream of an agent whose log is what it prints. */
export function printedBy(shape: LogShape, createParser: () => LogParser): StreamShape {
  const { agent, begin = [] } = shape
  const textOf = (pieces: readonly LogPiece[]): string => pieces.map(({ text }) => text).join('')
  return { agent, createParser, print: (nth) => (nth === 0 ? textOf(begin) : '') + textOf(shape.message(nth)) }
}

/** Lines of one file. */
export function jsonLines(path: string, ...values: readonly object[]): readonly LogPiece[] {
  return [{ path, text: values.map((value) => `${JSON.stringify(value)}\n`).join('') }]
}
