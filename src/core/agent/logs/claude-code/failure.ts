import { countOf, listOf, recordOf, textOf, type Fields } from '../fields.ts'
import type { LogFailure } from '../log-parser.ts'

/** What a result says went wrong; null: nothing. A failed call of the API has the subtype `success` all the same. */
export function failureOfResult(result: Fields, lastError: string | null): LogFailure | null {
  const subtype = textOf(result, 'subtype') ?? ''
  if (!isFailing(result, subtype)) return null
  const kind = subtype.startsWith('error') ? subtype : (lastError ?? 'api_error')
  const message = textOf(result, 'result') || errorsOf(result).join('\n') || kind
  return { kind, message, status: countOf(result, 'api_error_status') }
}

/** The words of a failing result as Harbor looks through them: its line without what the model or a tool made. */
export function complaintOfResult(result: Fields): string | null {
  if (!isFailing(result, textOf(result, 'subtype') ?? '')) return null
  const kept = ['type', 'subtype', 'is_error', 'api_error_status', 'result', 'errors', 'terminal_reason']
  return JSON.stringify(Object.fromEntries(kept.flatMap((key) => (key in result ? [[key, result[key]]] : []))))
}

/** A line of type `error`. */
export function failureOfError(line: Fields): LogFailure {
  const error = recordOf(line, 'error') ?? line
  const message = textOf(error, 'message') ?? textOf(line, 'error') ?? JSON.stringify(line)
  return { kind: 'error', message, status: countOf(error, 'status') }
}

function isFailing(result: Fields, subtype: string): boolean {
  return result['is_error'] === true || subtype.startsWith('error')
}

function errorsOf(result: Fields): readonly string[] {
  return listOf(result, 'errors').map((error) => (typeof error === 'string' ? error : JSON.stringify(error)))
}
