import { recordOf, textOf, type Fields } from '../fields.ts'

/** A line of the log that goose keeps for itself: `{"timestamp":…,"level":"WARN","fields":{"message":…},"target":…}`. */
export interface OwnEntry {
  readonly atSec: number
  /** That a request is made again, and what it failed of; null: it says something else. */
  readonly retry: string | null
  /** What a run was given up for; null: it says something else. */
  readonly error: string | null
}

/** Null: it is no such line. Only what goose itself words is taken: its modules name themselves. */
export function toOwnEntry(line: Fields): OwnEntry | null {
  const message = textOf(recordOf(line, 'fields') ?? {}, 'message')
  const target = textOf(line, 'target')
  const atMs = Date.parse(textOf(line, 'timestamp') ?? '')
  if (message === null || target === null || !target.startsWith('goose') || Number.isNaN(atMs)) return null
  const isRetry = target.endsWith('::retry') && RETRY.test(message)
  const error = line['level'] === 'ERROR' ? (/^Error: (.+)/s.exec(message)?.[1] ?? null) : null
  return { atSec: Math.floor(atMs / 1000), retry: isRetry ? message : null, error }
}

/** `Request failed, retrying (1/3): RateLimitExceeded { details: "…", retry_delay: None }` */
const RETRY = /^Request failed, retrying \(\d+\/\d+\): /
