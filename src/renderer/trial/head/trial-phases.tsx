import { useStore } from 'zustand'
import type { Recording } from '../../../contract/api/trials.ts'
import { useNow } from '../../components/use-now.ts'
import { moveToTime, type Replay } from '../terminal/replay.ts'
import type { KnownTrial } from '../use-trial.ts'
import type { Beginning } from './use-beginning.ts'
import { PhaseBar } from './phase-bar.tsx'
import { toPhaseTimeline, toSpans } from './phase-parts.ts'

/** The phases of the trial, with the moment that its terminal shows. */
export function TrialPhases({
  known: { trial, detail, isRunning },
  beginning,
  recording,
  replay,
}: {
  readonly known: KnownTrial
  readonly beginning: Beginning
  readonly recording: Recording | undefined
  readonly replay: Replay
}) {
  const { byte, atMs } = useStore(replay)
  const nowMs = useNow(isRunning)
  const spans = toSpans(detail.phases, recording ?? null, nowMs, beginning.queuedMs)
  const timeline = toPhaseTimeline(spans, isRunning ? null : trial.durationMs)
  if (timeline === null) return null
  // The bar begins when the trial was queued, the recording when it was started.
  const aheadMs = spans[0]?.phase === 'queued' ? spans[0].durationMs : 0
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
