import type { TrialRef } from '../../contract/api/common.ts'
import { isTrialEvent, type StoredEvent, type TrialEventBody } from '../../contract/events.ts'
import type { Engine } from '../engine.ts'
import { createBell } from './listeners.ts'

export interface FollowTrialOptions {
  readonly afterSeq: number
  readonly signal: AbortSignal
  /** Whether the trial may still go on, with a retry for one. */
  readonly isRunning: () => Promise<boolean>
  /** Wakes when something happened in its job, where this process runs it; returns how to stop. */
  readonly onChange: (wake: () => void) => () => void
}

/** How soon a trial that waits is looked at again, where nobody tells of it. */
const POLL_MS = 250

/** The events of a trial as they happen, those of its retries included, until it is not run again. */
export async function* followTrialEvents(
  engine: Pick<Engine, 'events'>,
  ref: TrialRef,
  { afterSeq, signal, isRunning, onChange }: FollowTrialOptions,
): AsyncGenerator<StoredEvent<TrialEventBody>> {
  const bell = createBell(signal)
  const stop = onChange(bell.ring)
  let at = afterSeq
  let isUnderway = false
  try {
    while (!signal.aborted) {
      // Asked before the file is read: what was written until then is in it.
      const isOver = !(await isRunning())
      const before = at
      // Following ends with the end of a run; between two runs there is nothing to follow.
      for await (const event of engine.events(ref, { afterSeq: at, follow: isUnderway && !isOver, signal })) {
        at = event.seq
        isUnderway = event.type !== 'trial.finished'
        if (isTrialEvent(event)) yield event
      }
      if (isOver) return
      if (at === before) await bell.wait(POLL_MS)
    }
  } finally {
    stop()
    bell.close()
  }
}
