import type { LogFailure } from '../logs/log-parser.ts'
import { explain } from './explain.ts'
import type { Failure, RunEnd } from './failure.ts'
import { lastMatch, SHARED_PATTERNS, toExpression, UNKNOWN_API, type FailurePattern } from './patterns.ts'
import { statusIn, typeOfStatus } from './status.ts'
import { typeOfWords } from './words.ts'

export type { Failure, RunEnd } from './failure.ts'

/**
 * What a run failed of, or null where it did not fail: it ended with 0 and complains of nothing, or it came to its limit
 * of turns or money, which is the verifier's to judge. A non-zero exit is called as Harbor calls it; where Harbor knows
 * only "some error", and where a CLI says with exit 0 that it failed, the HTTP status and the CLI's words decide.
 */
export function classifyFailure(end: RunEnd): Failure | null {
  const { failure, complaints } = end.summary
  if (failure === null ? end.exitCode === 0 : isLimit(failure)) return null
  const lines = allLines(failure, complaints)
  const patterns = [...SHARED_PATTERNS, ...(end.patterns ?? [])]
  const type = typeByWords(end, lines, patterns) ?? 'NonZeroAgentExitCodeError'
  const showing = lines.flatMap((line) => {
    const at = whereShown(line, type, patterns)
    return at === null ? [] : [line.slice(Math.max(0, at - CONTEXT_CHARS))]
  })
  return explain({ ...end, type, failure, lines: showing.length > 0 ? showing : lines })
}

/** Whether this is a limit that was reached, and no failure of anything. */
export function isLimit({ kind }: LogFailure): boolean {
  return LIMITS.has(kind)
}

/** Kinds of failure by which the CLIs say that a limit was reached, which the user or the CLI has set. */
const LIMITS: ReadonlySet<string> = new Set([
  'error_max_turns',
  'error_max_budget_usd',
  'FatalTurnLimitedError',
  'LimitsExceeded',
  'TimeExceeded',
  'max_iterations',
  'max_turns',
  'max_budget',
])

/** The CLI's own last word stands at the end, once. */
function allLines(failure: LogFailure | null, complaints: readonly string[]): readonly string[] {
  const said = failure?.message ?? ''
  return said === '' || complaints.some((line) => line.includes(said)) ? complaints : [...complaints, said]
}

function typeByWords(
  { exitCode, summary: { failure } }: RunEnd,
  lines: readonly string[],
  patterns: readonly FailurePattern[],
): string | null {
  const text = lines.join('\n')
  const said = failure?.message ?? ''
  // What it names as the cause counts before what it complained of on the way; a crash has named none.
  const match = (exitCode === 0 ? lastMatch(said, patterns) : null) ?? lastMatch(text, patterns)
  if (match !== null && match.type !== UNKNOWN_API) return match.type
  const status = failure?.status ?? statusIn(said) ?? statusIn(text)
  const words = failure === null ? text : `${failure.kind}\n${said}`
  const byStatus = status === null ? null : typeOfStatus(status, words)
  return byStatus ?? (failure === null ? null : typeOfWords(words)) ?? match?.type ?? null
}

/** Kept before the words that matter: a line may be a whole record. */
const CONTEXT_CHARS = 120

/** Where a line shows this type; null: it does not. */
function whereShown(line: string, type: string, patterns: readonly FailurePattern[]): number | null {
  for (const one of patterns) {
    const at = one.type === type ? line.search(toExpression(one.pattern)) : -1
    if (at >= 0) return at
  }
  const status = statusIn(line)
  const shown = (status !== null && typeOfStatus(status, line) === type) || typeOfWords(line) === type
  return shown ? 0 : null
}
