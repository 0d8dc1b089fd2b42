import { createTrouble } from '../../src/core/agent/installed/trouble.ts'
import type { LogParser } from '../../src/core/agent/logs/log-parser.ts'

/** What an agent that is stopped after these lines is stuck in, in its own words; empty: nothing. */
export function troubleAfter(
  create: (ask: { readonly maxTurns: null }) => LogParser,
  lines: readonly string[],
): readonly string[] {
  const parser = create({ maxTurns: null })
  const trouble = createTrouble()
  for (const line of lines) trouble.line(parser.line(line), parser.answers)
  return trouble.complaints
}

/** The lines up to the last one that holds the words. */
export function through(lines: readonly string[], words: string): readonly string[] {
  const last = lines.findLastIndex((line) => line.includes(words))
  if (last < 0) throw new Error(`no line holds ${words}`)
  return lines.slice(0, last + 1)
}
