import { recordOf, textOf, type Fields } from '../fields.ts'
import type { LogFailure } from '../log-parser.ts'

/** A result that is an error. An answer of the model that could not be used is told in an `error` before it. */
export function toFailure(
  result: Fields,
  known: { readonly lastError: string | null; readonly status: number | null },
): LogFailure {
  const error = recordOf(result, 'error') ?? {}
  const message = textOf(error, 'message') ?? known.lastError ?? 'the run failed'
  return { kind: textOf(error, 'type') ?? 'error', message, status: codeIn(message) ?? known.status }
}

export interface StatusWatch {
  /** A line of the CLI's own. */
  see(line: string): void
  /** The model answered: earlier statuses mean nothing any more. */
  clear(): void
  readonly last: number | null
}

/** The status of the HTTP answer, which the result leaves out and the printed error has as a field. */
export function createStatusWatch(): StatusWatch {
  let last: number | null = null
  return {
    see(line) {
      const match = FIELD.exec(line) ?? RETRY.exec(line)
      if (match?.[1] !== undefined) last = Number(match[1])
    },
    clear() {
      last = null
    },
    get last() {
      return last
    },
  }
}

const FIELD = /^\s+(?:status|code): ([45]\d\d),?$/
const RETRY = /^Attempt \d+ failed with status ([45]\d\d)\b/

/** `[API Error: {"error":{"code":401,…` */
function codeIn(message: string): number | null {
  const code = /"code":\s*([45]\d\d)\b/.exec(message)?.[1]
  return code === undefined ? null : Number(code)
}
