import { countOf, recordOf, textOf, type Fields } from '../fields.ts'
import type { LogFailure } from '../log-parser.ts'

/** A line of type `error`: the CLI gave the run up, whatever it exits with. */
export function failureOfError(line: Fields): LogFailure {
  const error = recordOf(line, 'error') ?? {}
  const data = recordOf(error, 'data') ?? {}
  const kind = textOf(error, 'name') ?? 'error'
  const message = textOf(data, 'message') ?? textOf(line, 'error') ?? kind
  return { kind, message, status: countOf(data, 'statusCode') }
}

/** Its words and those of the service; its headers are nobody's business. */
export function complaintOfError(line: Fields): string {
  const { kind, message, status } = failureOfError(line)
  const body = textOf(recordOf(recordOf(line, 'error') ?? {}, 'data') ?? {}, 'responseBody')
  const words = [kind, status === null ? null : `HTTP ${status}`, message, body === message ? null : body]
  return words.filter((word) => word !== null && word !== '').join(': ')
}
