import { throwIfCancelled } from './cancelled.ts'

/**
 * Lets concurrent callers that want the same thing share one piece of work. Each has a signal and a listener of its
 * own; one that cancels leaves the others alone, the last one to cancel ends the work.
 */
export interface SharedWork<Progress, Result> {
  join(
    key: string,
    work: (report: (progress: Progress) => void, signal: AbortSignal) => Promise<Result>,
    onProgress: (progress: Progress) => void,
    signal: AbortSignal,
  ): Promise<Result>
  /** Ends all work. */
  dispose(): void
}

interface Running<Progress, Result> {
  readonly result: Promise<Result>
  readonly controller: AbortController
  readonly listeners: Set<(progress: Progress) => void>
}

export function createSharedWork<Progress, Result>(): SharedWork<Progress, Result> {
  const running = new Map<string, Running<Progress, Result>>()
  return {
    async join(key, work, onProgress, signal) {
      throwIfCancelled(signal)
      const found = running.get(key) ?? start(work)
      running.set(key, found)
      const forget = (): void => {
        if (running.get(key) === found) running.delete(key)
      }
      // Wrapped, so that two callers with one function count as two.
      const listener = (progress: Progress): void => onProgress(progress)
      found.listeners.add(listener)
      try {
        return await orCancelled(found.result.finally(forget), signal)
      } finally {
        found.listeners.delete(listener)
        if (found.listeners.size === 0) {
          // Who comes after the last one left begins anew.
          forget()
          found.controller.abort()
        }
      }
    },
    dispose() {
      for (const { controller } of running.values()) controller.abort()
      running.clear()
    },
  }
}

function start<Progress, Result>(
  work: (report: (progress: Progress) => void, signal: AbortSignal) => Promise<Result>,
): Running<Progress, Result> {
  const controller = new AbortController()
  const listeners = new Set<(progress: Progress) => void>()
  const report = (progress: Progress): void => {
    for (const listener of listeners) listener(progress)
  }
  return { result: work(report, controller.signal), controller, listeners }
}

async function orCancelled<T>(result: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise: cancelled, reject } = Promise.withResolvers<never>()
  const cancel = (): void => {
    try {
      throwIfCancelled(signal)
    } catch (error) {
      reject(error)
    }
  }
  signal.addEventListener('abort', cancel, { once: true })
  try {
    return await Promise.race([result, cancelled])
  } finally {
    signal.removeEventListener('abort', cancel)
  }
}
