import { recordOf, textOf, type Fields } from '../fields.ts'
import type { LogFailure } from '../log-parser.ts'

export function toFailure(result: Fields): LogFailure {
  const message = textOf(recordOf(result, 'error') ?? {}, 'message') ?? 'the run failed'
  return { kind: textOf(result, 'subtype') ?? 'error', message, status: statusIn(message) }
}

/** At its limit of turns it ends without a result, with a line of plain text. */
export function turnLimitOf(line: string): LogFailure | null {
  return line.startsWith('Reached max session turns') ? { kind: 'max_turns', message: line, status: null } : null
}

/** `Retrying in 60s (attempt 1/10): [API Error: 429 …]` */
export function retryOf(line: string): boolean {
  return /^Retrying in \d/.test(line)
}

/** `[API Error: 401 Incorrect API key provided.]` */
function statusIn(message: string): number | null {
  const status = /API Error: ([45]\d\d)\b/.exec(message)?.[1]
  return status === undefined ? null : Number(status)
}
