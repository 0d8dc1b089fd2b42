import type { Recording } from '../../../contract/api/trials.ts'
import type { Phase } from '../../../contract/outcome.ts'
import type { PhaseSpan } from '../../../contract/trial.ts'

/** One stretch of the time line. `rest`: time of the trial that no phase explains. */
export interface PhasePart {
  readonly phase: Phase | 'rest'
  /** From the beginning of the trial. */
  readonly startMs: number
  readonly durationMs: number
  /** The duration as it is shown: the parts' shown durations add up to the shown whole. */
  readonly shownMs: number
  /** Of the whole, 0 to 1. */
  readonly share: number
}

export interface PhaseTimeline {
  readonly parts: readonly PhasePart[]
  readonly totalMs: number
  readonly shownTotalMs: number
}

interface Span {
  readonly phase: Phase
  readonly durationMs: number
}

/** The time of a trial, to scale: its parts add up to the whole. Null: nothing of it is known. */
export function toPhaseTimeline(spans: readonly Span[], wholeMs: number | null): PhaseTimeline | null {
  const known = spans.reduce((sum, { durationMs }) => sum + durationMs, 0)
  const restMs = wholeMs === null ? 0 : wholeMs - known
  // Two clocks never agree to the millisecond.
  const hasRest = restMs > Math.max(100, known * 0.01)
  const all = [...spans, ...(hasRest ? [{ phase: 'rest' as const, durationMs: restMs }] : [])]
  const totalMs = hasRest ? known + restMs : known
  if (totalMs <= 0) return null
  const unitMs = totalMs < 60_000 ? 100 : 1000
  const shown = roundTogether(
    all.map(({ durationMs }) => durationMs),
    unitMs,
  )
  let startMs = 0
  const parts = all.map(({ phase, durationMs }, index) => {
    const part = { phase, startMs, durationMs, shownMs: shown[index] ?? 0, share: durationMs / totalMs }
    startMs += durationMs
    return part
  })
  return { parts, totalMs, shownTotalMs: shown.reduce((sum, ms) => sum + ms, 0) }
}

/**
 * What is known of a trial's phases: those it ended with, or while it runs (`ended` is empty) its recording, the last phase
 * until `nowMs`. That one begins when the trial was started, after it had waited for `queuedMs`.
 */
export function toSpans(
  ended: readonly PhaseSpan[],
  recording: Recording | null,
  nowMs: number,
  queuedMs: number | null = null,
): readonly Span[] {
  if (ended.length > 0) return ended
  if (recording === null || recording.startedAt === null) return []
  const startedMs = Date.parse(recording.startedAt)
  const begun = recording.phases
    .filter(({ phase }) => phase !== 'queued')
    .map(({ phase, atMs, durationMs }) => ({
      phase,
      durationMs: durationMs ?? Math.max(0, nowMs - startedMs - atMs),
    }))
  return queuedMs === null ? begun : [{ phase: 'queued', durationMs: queuedMs }, ...begun]
}

/** Values rounded to a unit so that they add up to the rounded sum: those cut off most are rounded up first. */
export function roundTogether(values: readonly number[], unit: number): readonly number[] {
  const floors = values.map((value) => Math.floor(value / unit))
  const total = Math.round(values.reduce((sum, value) => sum + value, 0) / unit)
  const missing = total - floors.reduce((sum, value) => sum + value, 0)
  const order = values
    .map((value, index) => ({ index, cut: value / unit - Math.floor(value / unit) }))
    .sort((a, b) => b.cut - a.cut || a.index - b.index)
  const raised = new Set(order.slice(0, missing).map(({ index }) => index))
  return floors.map((floor, index) => (floor + (raised.has(index) ? 1 : 0)) * unit)
}
