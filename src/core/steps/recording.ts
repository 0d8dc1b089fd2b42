import type { Recording } from '../../contract/api/trials.ts'
import type { StoredEvent } from '../../contract/events.ts'
import type { Phase } from '../../contract/outcome.ts'

/** Up to `to`, output had been printed at that time, the last of it in `phase`. */
export interface Printed {
  readonly seq: number
  readonly phase: Phase
  readonly at: string
  readonly to: number
}

/** A screen is not wider. */
export const MAX_POINTS = 2000

/**
 * When which part of a trial's output was printed. `phases` are its events of phases, `printed` places in its output,
 * the last one of each phase among them; both in order.
 */
export function toRecording(phases: readonly StoredEvent[], printed: readonly Printed[]): Omit<Recording, 'pruned'> {
  const startedAt = [beginOf(phases[0]), printed[0]?.at].filter((at) => at !== undefined).sort()[0] ?? null
  const msOf = (at: string): number => Math.max(0, Date.parse(at) - Date.parse(startedAt ?? at))
  const ends = [...phases, ...printed].map(({ at }) => msOf(at))
  const durationMs = ends.reduce((latest, ms) => Math.max(latest, ms), 0)
  const bytes = printed.at(-1)?.to ?? 0
  const points = printed.map(({ at, to }) => ({ atMs: msOf(at), to }))
  return {
    bytes,
    durationMs,
    startedAt,
    points: thin(points, durationMs / MAX_POINTS),
    phases: toParts(phases, printed, msOf),
  }
}

function toParts(
  phases: readonly StoredEvent[],
  printed: readonly Printed[],
  msOf: (at: string) => number,
): Recording['phases'] {
  const starts = phases.flatMap((event) => {
    if (event.type === 'phase.started') return [event]
    return isWaiting(event) ? [{ seq: event.seq, phase: event.phase, at: beginOf(event) ?? event.at }] : []
  })
  let reached = 0
  return starts.map((start, index) => {
    const { from, to } = rangeOf(start.phase, printed) ?? { from: reached, to: reached }
    reached = to
    const durationMs = durationOf(start, starts[index + 1]?.seq ?? Number.POSITIVE_INFINITY, phases)
    return { phase: start.phase, atMs: msOf(start.at), durationMs, from, to }
  })
}

/** Output is told of a little after it was printed, when the next phase may have begun: what counts is where it belongs. */
function rangeOf(phase: Phase, printed: readonly Printed[]): { readonly from: number; readonly to: number } | null {
  const first = printed.findIndex((place) => place.phase === phase)
  const last = printed.findLast((place) => place.phase === phase)
  return last === undefined ? null : { from: printed[first - 1]?.to ?? 0, to: last.to }
}

/** Waiting is told of at its end only. */
function isWaiting(event: StoredEvent): event is Extract<StoredEvent, { type: 'phase.finished' }> {
  return event.type === 'phase.finished' && event.phase === 'queued'
}

/** When what an event tells of began. */
function beginOf(event: StoredEvent | undefined): string | undefined {
  if (event === undefined || !isWaiting(event)) return event?.at
  const beganMs = Date.parse(event.at) - event.durationMs
  return event.durationMs > 0 && beganMs > 0 ? new Date(beganMs).toISOString() : event.at
}

/** Null: it lasts. */
function durationOf(
  { seq, phase }: { readonly seq: number; readonly phase: Phase },
  until: number,
  phases: readonly StoredEvent[],
): number | null {
  const end = phases.find(
    (event) => event.type === 'phase.finished' && event.phase === phase && event.seq >= seq && event.seq <= until,
  )
  return end?.type === 'phase.finished' ? end.durationMs : null
}

/** One point for each stretch of time: the last of it, at its beginning. */
function thin(points: readonly { atMs: number; to: number }[], stepMs: number): { atMs: number; to: number }[] {
  const thinned: { atMs: number; to: number }[] = []
  for (const { atMs, to } of points) {
    const last = thinned.at(-1)
    if (last !== undefined && atMs - last.atMs < stepMs) last.to = to
    else thinned.push({ atMs: Math.max(atMs, last?.atMs ?? 0), to })
  }
  return thinned
}
