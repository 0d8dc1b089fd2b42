import { AppError } from '../contract/errors.ts'

/** Throws `cancelled` once the caller has given up. */
export function throwIfCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw new AppError('cancelled', 'Cancelled.', { cause: signal.reason })
}
