import { AppError } from '../../contract/errors.ts'
import { throwIfCancelled } from '../cancelled.ts'

/**
 * Runs a request with a signal that aborts after `ms` or with `signal`, whichever is first; the timer is gone when the
 * answer is there, so that a stream that came with the answer lives on.
 */
export async function answered<T>(
  ms: number,
  ask: (signal: AbortSignal) => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  const controller = new AbortController()
  const timer = setTimeout(() => controller.abort(new DOMException('no answer in time', 'TimeoutError')), ms)
  const abort = (): void => controller.abort()
  signal?.addEventListener('abort', abort, { once: true })
  try {
    throwIfCancelled(signal)
    return await ask(controller.signal)
  } catch (error) {
    // Whatever the caller aborted with, and however far that has come.
    throwIfCancelled(signal)
    throw error
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', abort)
  }
}

/** The same for work that takes no signal: it goes on unheeded. */
export async function withinOrAborted<T>(work: Promise<T>, ms: number, signal?: AbortSignal): Promise<T> {
  const { promise: ended, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => reject(new DOMException('no answer in time', 'TimeoutError')), ms)
  const abort = (): void => reject(new AppError('cancelled', 'Cancelled.'))
  signal?.addEventListener('abort', abort, { once: true })
  if (signal?.aborted === true) abort()
  try {
    return await Promise.race([work, ended])
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', abort)
  }
}

/** For calls that only look something up. */
export const LOOKUP_MS = 10_000
/** For calls that make the engine work: a saturated one takes its time, a dead one must not hold us for ever. */
export const WORK_MS = 120_000
