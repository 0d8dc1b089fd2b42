import type { ExecRequest } from '../../core/environment/backend.ts'

/** setTimeout takes no longer ones: it would fire at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1

export type StopReason = 'timeout' | 'cancel'

/** What may end a command before its own end. */
export interface StopSignal {
  /** The first reason that came; null while the command may go on. */
  reason(): StopReason | null
  /** Aborts when the first reason comes. */
  readonly signal: AbortSignal
  /** Resolves with the first reason; never, when none comes. */
  readonly fired: Promise<StopReason>
  dispose(): void
}

/** The timeout counts from this call. */
export function createStopSignal({ timeoutMs = 0, signal }: Pick<ExecRequest, 'timeoutMs' | 'signal'>): StopSignal {
  const { promise: fired, resolve } = Promise.withResolvers<StopReason>()
  const controller = new AbortController()
  let reason: StopReason | null = null
  const stop = (why: StopReason): void => {
    reason ??= why
    resolve(reason)
    controller.abort()
  }
  const cancel = (): void => stop('cancel')
  const timer = timeoutMs > 0 ? setTimeout(stop, Math.min(timeoutMs, LONGEST_TIMER_MS), 'timeout') : undefined
  signal?.addEventListener('abort', cancel, { once: true })
  if (signal?.aborted === true) cancel()
  return {
    reason: () => reason,
    signal: controller.signal,
    fired,
    dispose() {
      clearTimeout(timer)
      signal?.removeEventListener('abort', cancel)
    },
  }
}
