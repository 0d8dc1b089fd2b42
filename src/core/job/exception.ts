import { AppError, type ErrorCode } from '../../contract/errors.ts'
import type { Phase } from '../../contract/outcome.ts'
import type { TrialException } from '../../contract/trial.ts'
import type { Clock } from './ports.ts'

/**
 * An end of a trial under Harbor's name for it. Thrown inside a trial and turned into data there; it never leaves it.
 */
export class TrialError extends Error {
  override readonly name = 'TrialError'
  /** Harbor's bare class name, e.g. `AgentTimeoutError`. */
  readonly type: string

  constructor(type: string, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
    this.type = type
  }
}

/** What was thrown in a phase, as the trial records it. */
export function toTrialException(thrown: unknown, phase: Phase, clock: Clock): TrialException {
  return { type: exceptionTypeOf(thrown), message: messageOf(thrown), phase, occurredAt: clock.timestamp() }
}

/** Text of `exception.txt`: the message, then the stacks of the error and of its causes. */
export function tracebackOf(thrown: unknown): string {
  const parts: string[] = []
  for (let error: unknown = thrown; error !== undefined && parts.length < 8; error = causeOf(error)) {
    parts.push(error instanceof Error ? (error.stack ?? `${error.name}: ${error.message}`) : describeThrown(error))
    if (error instanceof AppError && error.details.log !== undefined) parts.push(error.details.log)
  }
  return `${parts.join('\nCaused by: ')}\n`
}

/** After these the verifier still runs: what the agent left may be right all the same. */
export function leavesWorkToVerify(type: string): boolean {
  return type === 'AgentTimeoutError' || NON_ZERO_EXIT_TYPES.has(type)
}

/** Harbor's NonZeroAgentExitCodeError and all that derives from it. */
const NON_ZERO_EXIT_TYPES: ReadonlySet<string> = new Set([
  'NonZeroAgentExitCodeError',
  'ApiError',
  'ApiRateLimitError',
  'ApiUsageLimitError',
  'ApiInternalServerError',
  'ApiOverloadedError',
  'ApiConnectionClosedError',
  'ApiResponseStalledError',
  'ApiProviderResourceNotFoundError',
  'UnknownApiError',
  'OutputTokenExceededError',
  'ContextWindowExceededError',
  'AgentAuthenticationError',
  'ModelNotFoundError',
  'AgentSafetyRefusalError',
  'NetworkConnectionError',
])

/** Harbor's name for what was thrown. */
export function exceptionTypeOf(thrown: unknown): string {
  if (thrown instanceof TrialError) return thrown.type
  if (thrown instanceof AppError) return TYPE_OF_CODE[thrown.code] ?? 'RuntimeError'
  return 'RuntimeError'
}

/** Where Harbor has a name for it; everything else is its RuntimeError. */
const TYPE_OF_CODE: Partial<Record<ErrorCode, string>> = {
  cancelled: 'CancelledError',
  'invalid-input': 'ValueError',
  'not-found': 'FileNotFoundError',
  unsupported: 'TaskUnsupportedError',
  'credential-not-found': 'AgentAuthenticationError',
  'credential-denied': 'AgentAuthenticationError',
  'credential-invalid': 'AgentAuthenticationError',
}

function messageOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return describeThrown(thrown)
  const hint = thrown instanceof AppError ? thrown.details.hint : undefined
  return hint === undefined ? thrown.message : `${thrown.message} (${hint})`
}

function causeOf(error: unknown): unknown {
  return error instanceof Error ? error.cause : undefined
}

/** Something that is no Error was thrown. */
function describeThrown(thrown: unknown): string {
  return typeof thrown === 'string' ? thrown : (JSON.stringify(thrown) ?? 'unknown')
}
