import type { Phase } from '../../contract/outcome.ts'
import type { PhaseSpan } from '../../contract/trial.ts'
import type { Clock, TrialJournal } from './ports.ts'

/** The phases of one trial. Entering one ends the one before, so that together they are the whole time. */
export interface PhaseLog {
  readonly current: Phase
  enter(phase: Phase): void
  /** Ends the last phase and returns all. */
  finish(): readonly PhaseSpan[]
}

/** Starts with `queued`, which began at `queuedAt` (timestamp and monotonic milliseconds of the same moment). */
export function createPhaseLog(
  clock: Clock,
  journal: TrialJournal,
  queuedAt: { timestamp: string; monotonicMs: number },
): PhaseLog {
  const spans: PhaseSpan[] = []
  let open: { phase: Phase; startedAt: string; startMs: number } | null = {
    phase: 'queued',
    startedAt: queuedAt.timestamp,
    startMs: queuedAt.monotonicMs,
  }

  function close(nowMs: number): void {
    if (open === null) return
    const durationMs = Math.max(0, nowMs - open.startMs)
    spans.push({ phase: open.phase, startedAt: open.startedAt, durationMs })
    journal.append({ type: 'phase.finished', phase: open.phase, durationMs })
    open = null
  }

  return {
    get current() {
      return open?.phase ?? 'teardown'
    },
    enter(phase) {
      const startMs = clock.monotonicMs()
      close(startMs)
      open = { phase, startedAt: clock.timestamp(), startMs }
      journal.append({ type: 'phase.started', phase })
    },
    finish() {
      close(clock.monotonicMs())
      return spans
    },
  }
}

/** How long a trial took, in milliseconds. Waiting for its turn is a phase of its own and says nothing about it. */
export function tookMs(phases: readonly PhaseSpan[]): number {
  return phases.reduce((sum, { phase, durationMs }) => (phase === 'queued' ? sum : sum + durationMs), 0)
}
