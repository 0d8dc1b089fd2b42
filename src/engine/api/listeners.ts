/** Those who want to be told of something. */
export interface Listeners<Told extends readonly unknown[]> {
  tell(...told: Told): void
  /** Returns how to stop. */
  add(listener: (...told: Told) => void): () => void
}

export function createListeners<Told extends readonly unknown[]>(): Listeners<Told> {
  const listeners = new Set<(...told: Told) => void>()
  return {
    tell(...told) {
      for (const listener of listeners) listener(...told)
    },
    add(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}

/** Wakes one waiter; a call before the wait counts. */
export interface Bell {
  readonly ring: () => void
  /** Resolves after a ring, after `timeoutMs`, or when the signal aborts. */
  wait(timeoutMs: number | null): Promise<void>
  close(): void
}

export function createBell(signal: AbortSignal): Bell {
  let rung = false
  let wake: (() => void) | null = null
  const ring = (): void => {
    rung = true
    wake?.()
  }
  signal.addEventListener('abort', ring)
  return {
    ring,
    async wait(timeoutMs) {
      if (!rung && !signal.aborted) {
        await new Promise<void>((resolve) => {
          const timer = timeoutMs === null ? undefined : setTimeout(resolve, timeoutMs)
          wake = () => {
            clearTimeout(timer)
            resolve()
          }
        })
      }
      rung = false
      wake = null
    },
    close: () => signal.removeEventListener('abort', ring),
  }
}
