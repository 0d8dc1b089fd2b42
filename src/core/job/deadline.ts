import { AppError } from '../../contract/errors.ts'

/** How `withDeadline` ended when it did not return a value. */
export interface DeadlineOptions {
  /** Milliseconds; null: none. */
  readonly timeoutMs: number | null
  /** The trial's own cancellation. */
  readonly signal: AbortSignal
  /**
   * The error for a deadline that passed; `thrown` is what the work then ended with, if it threw. Where the environment was
   * gone by then, that is thrown, with this error as its cause.
   */
  readonly onTimeout: (seconds: number, thrown?: unknown) => Error
  /**
   * How long work may take to wind down after it was told to stop: ending processes is part of it. Past that the
   * engine is taken for dead.
   */
  readonly windDownMs?: number
}

/**
 * Runs `work` under a deadline. The signal it gets aborts on cancellation and when the time is up; this returns only
 * after `work` has wound down, so that nothing of it goes on into the next phase.
 */
export async function withDeadline<T>(options: DeadlineOptions, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const { timeoutMs, signal, windDownMs = 60_000 } = options
  if (signal.aborted) throw new AppError('cancelled', 'cancelled')
  const stop = new AbortController()
  const state = { timedOut: false }
  const onCancel = (): void => stop.abort()
  signal.addEventListener('abort', onCancel, { once: true })
  const timer =
    timeoutMs === null
      ? undefined
      : setTimeout(
          () => {
            state.timedOut = true
            stop.abort()
          },
          Math.min(timeoutMs, MAX_TIMER_MS),
        )
  const hung = hangGuard(stop.signal, windDownMs)
  const timeoutError = (thrown?: unknown): Error => options.onTimeout((timeoutMs ?? 0) / 1000, thrown)
  try {
    const end = await Promise.race([work(stop.signal), hung.promise]).then(
      (value) => ({ value }),
      (thrown: unknown) => ({ thrown }),
    )
    const thrown = 'thrown' in end ? end.thrown : undefined
    if (signal.aborted) throw new AppError('cancelled', 'cancelled', { cause: thrown })
    if (state.timedOut && isGone(thrown))
      throw new AppError(thrown.code, thrown.message, { details: thrown.details, cause: timeoutError(thrown) })
    if (state.timedOut) throw timeoutError(thrown)
    if ('thrown' in end) throw end.thrown
    return end.value
  } finally {
    clearTimeout(timer)
    hung.dispose()
    signal.removeEventListener('abort', onCancel)
  }
}

function isGone(thrown: unknown): thrown is AppError {
  return thrown instanceof AppError && thrown.code === 'environment-gone'
}

/** The longest delay a timer can hold: 24.8 days. */
const MAX_TIMER_MS = 2 ** 31 - 1

/** Rejects when something that was told to stop has not done so in time. */
function hangGuard(stopped: AbortSignal, windDownMs: number): { promise: Promise<never>; dispose: () => void } {
  let timer: ReturnType<typeof setTimeout> | undefined
  const { promise, reject } = Promise.withResolvers<never>()
  const arm = (): void => {
    timer = setTimeout(
      () => reject(new AppError('environment-gone', 'the environment did not answer after it was told to stop')),
      windDownMs,
    )
  }
  stopped.addEventListener('abort', arm, { once: true })
  return {
    promise,
    dispose() {
      clearTimeout(timer)
      stopped.removeEventListener('abort', arm)
    },
  }
}
