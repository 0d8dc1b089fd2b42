import { useStore } from 'zustand'
import type { Recording } from '../../../contract/api/trials.ts'
import { moveToTime, type Replay } from '../terminal/replay.ts'
import type { KnownTrial } from '../use-trial.ts'
import { PhaseBar } from './phase-bar.tsx'
import { toPhaseTimeline, toSpans } from './phase-parts.ts'

/** The phases of the trial, with the moment that its terminal shows. */
export function TrialPhases({
  known: { trial, detail, isRunning },
  recording,
  replay,
}: {
  readonly known: KnownTrial
  readonly recording: Recording | undefined
  readonly replay: Replay
}) {
  const { byte, atMs } = useStore(replay)
  const spans = toSpans(detail.record, recording ?? null, Date.now())
  const timeline = toPhaseTimeline(spans, isRunning ? null : trial.durationMs)
  if (timeline === null) return null
  const aheadMs = toAheadMs(detail.record?.phases[0]?.startedAt ?? null, recording?.startedAt ?? null)
  const cursorMs = byte === null || recording === undefined ? null : aheadMs + atMs
  return (
    <PhaseBar
      timeline={timeline}
      cursorMs={cursorMs}
      {...(recording === undefined
        ? {}
        : {
            onMoment: (ms: number) =>
              moveToTime(replay, recording, Math.max(0, Math.min(ms - aheadMs, recording.durationMs))),
          })}
    />
  )
}

/** The bar begins when the trial was queued, the recording when it was started. */
function toAheadMs(queuedAt: string | null, startedAt: string | null): number {
  if (queuedAt === null || startedAt === null) return 0
  const aheadMs = Date.parse(startedAt) - Date.parse(queuedAt)
  return Number.isFinite(aheadMs) ? Math.max(0, aheadMs) : 0
}
