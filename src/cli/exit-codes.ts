import type { ErrorCode } from '../contract/errors.ts'

/** What `tbcc` ends with; docs/cli.md explains them to users. */
export const EXIT = { ok: 0, failed: 1, usage: 2, cancelled: 130 } as const

/** What the user asked for cannot be: nothing was started. All else is a failure. */
export function exitCodeOf(code: ErrorCode): number {
  if (code === 'cancelled') return EXIT.cancelled
  return USAGE_CODES.has(code) ? EXIT.usage : EXIT.failed
}

const USAGE_CODES: ReadonlySet<ErrorCode> = new Set([
  'invalid-input',
  'not-found',
  'already-exists',
  'unsupported',
  'credential-not-found',
  'credential-denied',
  'credential-invalid',
])
