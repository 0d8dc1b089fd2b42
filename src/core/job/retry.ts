import type { RetryConfig } from '../../contract/harbor/job-config.ts'

/** Whether Harbor's rules run a trial again that ended with this exception. Exclusion wins over inclusion. */
export function isRetried(exceptionType: string | null, config: RetryConfig, retriesSoFar: number): boolean {
  if (exceptionType === null || retriesSoFar >= config.max_retries || NEVER_RETRIED.has(exceptionType)) return false
  if (config.exclude_exceptions?.includes(exceptionType) === true) return false
  const included = config.include_exceptions ?? []
  // As in Harbor, an empty list asks for all.
  return included.length === 0 || included.includes(exceptionType)
}

/** A second run would end the same: the user ended it, or the machine cannot run the task. */
const NEVER_RETRIED: ReadonlySet<string> = new Set(['CancelledError', 'TaskUnsupportedError'])

/** Milliseconds before retry number `retry` (from 1). */
export function retryDelayMs(config: RetryConfig, retry: number): number {
  return 1000 * Math.min(config.min_wait_sec * config.wait_multiplier ** (retry - 1), config.max_wait_sec)
}
