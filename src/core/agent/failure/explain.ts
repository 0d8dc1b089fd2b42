import { plainLine } from '../../text/plain.ts'
import type { LogFailure } from '../logs/log-parser.ts'
import type { Failure, RunEnd } from './failure.ts'

interface Explained extends RunEnd {
  readonly type: string
  readonly failure: LogFailure | null
  /** Those that show it, in order; the last ones are nearest to the end. */
  readonly lines: readonly string[]
}

/** A classified failure in words for people, with its evidence. */
export function explain({ type, exitCode, failure, lines, log }: Explained): Failure {
  const evidence = lines.map(toEvidence).filter((line) => line !== '')
  const words = toEvidence(failure?.message ?? '') || evidence.at(-1)
  const parts = [
    `${MEANING[type] ?? 'The agent failed'}: ${howItEnded(exitCode, failure)}.`,
    ...(words === undefined ? [] : [`It says: ${words}`]),
    ...(log === undefined ? [] : [`(all of it: ${log})`]),
  ]
  return { type, message: parts.join(' '), evidence: evidence.slice(-MAX_LINES) }
}

const MAX_LINES = 5
const MAX_CHARS = 300

function toEvidence(line: string): string {
  // A cut before the cleaning: a line may be long, and its end says nothing more.
  const plain = plainLine(line.slice(0, 4 * MAX_CHARS))
  return plain.length > MAX_CHARS ? `${plain.slice(0, MAX_CHARS - 1)}…` : plain
}

function howItEnded(exitCode: number | null, failure: LogFailure | null): string {
  if (exitCode === 0) return `the agent's program ended with exit code 0, but reports "${failure?.kind ?? 'a failure'}"`
  return exitCode === null
    ? "the agent's program ended without an exit code"
    : `the agent's program ended with exit code ${exitCode}`
}

const MEANING: Readonly<Record<string, string>> = {
  ApiRateLimitError: "The model's provider limits the rate of requests",
  ApiUsageLimitError: 'The account at the provider has used up what it may use',
  ApiInternalServerError: "The model's provider had an internal error",
  ApiOverloadedError: "The model's provider is overloaded",
  ApiConnectionClosedError: 'The provider closed the connection before its answer was complete',
  ApiResponseStalledError: "The provider's answer stopped coming",
  OutputTokenExceededError: 'The model wrote more than one answer may hold',
  ContextWindowExceededError: "The conversation no longer fits into the model's context window",
  AgentAuthenticationError: 'The provider refused the key or login',
  ModelNotFoundError: 'The model does not exist, or the account may not use it',
  ApiProviderResourceNotFoundError: 'The provider does not find what was asked for',
  AgentSafetyRefusalError: 'The provider refused the request for safety',
  UnknownApiError: 'The provider answered with an error',
  NetworkConnectionError: 'The provider could not be reached',
}
