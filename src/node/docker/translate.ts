import { AppError, type ErrorCode, type ErrorDetails } from '../../contract/errors.ts'

/** What was being done when the engine failed. */
export interface EngineTask {
  /** Completes "Could not …", e.g. "start the environment". */
  readonly doing: string
  /** The code where nothing more exact is known. */
  readonly code: ErrorCode
  /** The code for an engine that does not answer (any more). */
  readonly unreachable: 'environment-gone' | 'backend-unavailable'
  readonly details?: ErrorDetails
}

/** The one place where what dockerode, HTTP, sockets and the engine throw becomes an AppError. */
export function toEngineError(thrown: unknown, task: EngineTask): AppError {
  if (thrown instanceof AppError) return thrown
  const error = thrown instanceof Error ? thrown : new Error(String(thrown))
  const failed = (code: ErrorCode, why: string, hint?: string): AppError =>
    new AppError(code, `Could not ${task.doing}: ${why}`, {
      details: { ...task.details, ...(hint === undefined ? {} : { hint }) },
      cause: thrown,
    })
  if (isTimeout(error)) return failed(task.unreachable, 'the engine did not answer in time.', RESTART_HINT)
  if (isAbort(error)) return new AppError('cancelled', `Cancelled: ${task.doing}.`, { cause: thrown })
  if (isConnectionError(error)) {
    return failed(task.unreachable, `the engine does not answer (${error.message}).`, RESTART_HINT)
  }
  const message = engineMessage(error)
  if (isGone(error)) return failed(task.unreachable, `${message}.`)
  if (/no space left on device/i.test(message)) {
    return failed(
      'storage-full',
      `${message}.`,
      'Free space where the engine keeps its data, e.g. with "docker system prune".',
    )
  }
  return failed(task.code, message.endsWith('.') ? message : `${message}.`)
}

const RESTART_HINT = 'Check that the container engine runs, then start again.'

/** The status of the engine's answer; null where no answer came. */
export function statusOf(thrown: unknown): number | null {
  const status = property(thrown, 'statusCode')
  return typeof status === 'number' ? status : null
}

/** The engine's own words, without what dockerode puts around them. */
export function engineMessage(thrown: unknown): string {
  const json = property(thrown, 'json')
  const message = property(json, 'message')
  if (typeof message === 'string' && message !== '') return message.trim()
  const text = thrown instanceof Error ? thrown.message : String(thrown)
  return text.replace(/^\(HTTP code \d+\) [^-]*- /, '').trim()
}

/** The name that sockets, DNS and programs give to a failure, e.g. ECONNREFUSED. */
export function errnoOf(thrown: unknown): string | null {
  const code = property(thrown, 'code')
  return typeof code === 'string' ? code : null
}

/** The container that was spoken of does not exist or does not run. */
export function isGone(thrown: unknown): boolean {
  const status = statusOf(thrown)
  if (status === null) return false
  const message = engineMessage(thrown)
  // Docker: 404 and 409; Podman says the same with 404, 409 and 500.
  return (
    /no such (container|exec)|no container with name or id/i.test(message) ||
    (status >= 400 && /not running|container state improper/i.test(message))
  )
}

/** The socket, the network or ssh failed, so that no answer came. */
export function isConnectionError(thrown: unknown): boolean {
  if (statusOf(thrown) !== null) return false
  const code = errnoOf(thrown)
  return code !== null && CONNECTION_CODES.has(code)
}

const CONNECTION_CODES: ReadonlySet<string> = new Set([
  'ENOENT',
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EACCES',
  'EPERM',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ESSH',
  'ERR_STREAM_PREMATURE_CLOSE',
])

function isAbort(thrown: unknown): boolean {
  return thrown instanceof Error && (thrown.name === 'AbortError' || errnoOf(thrown) === 'ABORT_ERR')
}

/** A request given up by AbortSignal.timeout reaches us as an abort with the timeout as its cause. */
export function isTimeout(thrown: unknown): boolean {
  if (!(thrown instanceof Error)) return false
  return thrown.name === 'TimeoutError' || (thrown.cause instanceof Error && thrown.cause.name === 'TimeoutError')
}

function property(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined
}
