import type { ExecRequest } from '../../core/environment/backend.ts'
import type { ProcessIdentity } from './process-table.ts'
import { endTree } from './process-tree.ts'

const KILL_GRACE_MS = 2000
/** Timers cannot wait longer. */
const LONGEST_TIMER_MS = 2 ** 31 - 1

/** Ends a command when its time is over or its signal aborts. */
export interface CommandEnd {
  /** Why it was ended by us; null while it was not. */
  readonly reason: 'timedOut' | 'cancelled' | null
  /** The command has ended by itself: what comes now is `onLate`. */
  commandEnded(): void
  /** Kills the command without a reason of its own. */
  kill(): void
  /** Stops watching; resolves when what was being ended is gone. */
  settle(): Promise<void>
}

/** `onLate` is called when time or patience run out after the command has ended, while its output is still read. */
export function watchForEnd(root: ProcessIdentity, request: ExecRequest, onLate: () => void): CommandEnd {
  let reason: CommandEnd['reason'] = null
  let hasEnded = false
  let ending: Promise<void> | null = null

  function end(why: 'timedOut' | 'cancelled'): void {
    if (hasEnded) return onLate()
    reason ??= why
    kill(request.killGraceMs ?? KILL_GRACE_MS)
  }
  function kill(graceMs: number): void {
    ending ??= endTree(root, graceMs)
    // It is awaited in `settle`.
    ending.catch(() => undefined)
  }
  const onAbort = (): void => {
    end('cancelled')
  }
  const timeoutMs = Math.min(request.timeoutMs ?? 0, LONGEST_TIMER_MS)
  const timer =
    timeoutMs > 0
      ? setTimeout(() => {
          end('timedOut')
        }, timeoutMs)
      : null
  request.signal?.addEventListener('abort', onAbort, { once: true })
  if (request.signal?.aborted === true) onAbort()

  return {
    get reason() {
      return reason
    },
    commandEnded() {
      hasEnded = true
    },
    kill() {
      kill(0)
    },
    async settle() {
      if (timer !== null) clearTimeout(timer)
      request.signal?.removeEventListener('abort', onAbort)
      await ending
    },
  }
}
