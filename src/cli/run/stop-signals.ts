import type { RunSignals } from '../../engine/engine.ts'
import { EXIT } from '../exit-codes.ts'

/** A wrapper such as npx passes Ctrl-C on that the terminal sends to us as well: both are one wish. */
const SAME_KEYPRESS_MS = 250

/** From the second signal on the process lives no longer than this, whatever hangs. */
const FORCED_EXIT_MS = 4500

export interface StopSignals extends RunSignals {
  /** From here on; before it a signal ends the process as always. */
  arm(): void
  /** The process gets back what it does with signals by itself. */
  dispose(): void
}

/** What stopping needs of a process; replaced in tests. */
export interface SignalSource {
  on(signal: NodeJS.Signals, listener: () => void): unknown
  off(signal: NodeJS.Signals, listener: () => void): unknown
  exit(code: number): void
}

/**
 * The first SIGINT, SIGTERM or SIGHUP (or a stdout that nobody reads any more) cancels, a second SIGINT or SIGTERM
 * forces. The end of the process is then certain, even where the engine hangs.
 */
export function createStopSignals(
  outputClosed: AbortSignal,
  source: SignalSource = process,
  nowMs: () => number = () => performance.now(),
): StopSignals {
  const cancel = new AbortController()
  const force = new AbortController()
  let cancelledAtMs = Number.POSITIVE_INFINITY
  let exit: ReturnType<typeof setTimeout> | undefined

  function onCancel(): void {
    if (cancel.signal.aborted) return
    cancelledAtMs = nowMs()
    cancel.abort()
  }

  function onInterrupt(): void {
    if (!cancel.signal.aborted) return onCancel()
    if (nowMs() - cancelledAtMs < SAME_KEYPRESS_MS || force.signal.aborted) return
    // Not unref'ed: it must fire even where nothing else would keep the process up to its last words.
    exit = setTimeout(() => source.exit(EXIT.cancelled), FORCED_EXIT_MS)
    force.abort()
  }

  return {
    cancel: cancel.signal,
    force: force.signal,
    arm() {
      source.on('SIGINT', onInterrupt)
      source.on('SIGTERM', onInterrupt)
      source.on('SIGHUP', onCancel)
      outputClosed.addEventListener('abort', onCancel, { once: true })
      if (outputClosed.aborted) onCancel()
    },
    dispose() {
      source.off('SIGINT', onInterrupt)
      source.off('SIGTERM', onInterrupt)
      source.off('SIGHUP', onCancel)
      outputClosed.removeEventListener('abort', onCancel)
      clearTimeout(exit)
    },
  }
}
