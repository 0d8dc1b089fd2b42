/** Every failure the product can name. Adapters and `rpc/` translate into these once; nobody parses messages. */
export const ERROR_CODES = [
  'invalid-input',
  'not-found',
  'already-exists',
  'unsupported',
  'busy',
  'cancelled',
  'disconnected',
  'backend-unavailable',
  'image-not-found',
  'image-pull-failed',
  'image-build-failed',
  'environment-start-failed',
  'environment-gone',
  'archive-refused',
  'storage-full',
  'storage-read-only',
  'storage-failed',
  'store-corrupt',
  'credential-not-found',
  'credential-denied',
  'credential-invalid',
  'credential-failed',
  'internal',
] as const

export type ErrorCode = (typeof ERROR_CODES)[number]

/**
 * The one error type of the product. `message` says what happened and why, in a sentence for a user;
 * `details.hint`, where present, says what to do about it.
 */
export class AppError extends Error {
  override readonly name = 'AppError'
  readonly code: ErrorCode
  readonly details: ErrorDetails

  constructor(code: ErrorCode, message: string, options: { details?: ErrorDetails; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.details = options.details ?? {}
  }
}

/** JSON-safe facts about an error; `hint` is advice for the user, `log` the lines that show the cause. */
export interface ErrorDetails {
  readonly hint?: string
  readonly log?: string
  readonly [fact: string]: string | number | boolean | readonly string[] | undefined
}

/** Any thrown value as an AppError; what is not one yet becomes `internal` (or the given code) and keeps its cause. */
export function toAppError(thrown: unknown, code: ErrorCode = 'internal'): AppError {
  if (thrown instanceof AppError) return thrown
  const message = thrown instanceof Error ? thrown.message : String(thrown)
  return new AppError(code, message, { cause: thrown })
}
