import type { Recording } from '../../../contract/api/trials.ts'

/** The same from when the trial's turn came: hours of waiting would leave no room for what it did. */
export function withoutWaiting(recording: Recording): Recording {
  const [waiting] = recording.phases
  if (waiting?.phase !== 'queued' || recording.startedAt === null) return recording
  const waitedMs = waiting.durationMs ?? 0
  const shift = <Timed extends { readonly atMs: number }>(one: Timed): Timed => {
    return { ...one, atMs: Math.max(0, one.atMs - waitedMs) }
  }
  return {
    ...recording,
    startedAt: new Date(Date.parse(recording.startedAt) + waitedMs).toISOString(),
    durationMs: Math.max(0, recording.durationMs - waitedMs),
    points: recording.points.map(shift),
    phases: recording.phases.slice(1).map(shift),
  }
}

/** How many bytes had been printed at a moment, in milliseconds from the start. Between two points it is interpolated. */
export function byteAt({ points, bytes, durationMs }: Recording, atMs: number): number {
  if (atMs >= durationMs) return bytes
  const next = points.findIndex((point) => point.atMs > atMs)
  const after = next < 0 ? { atMs: durationMs, to: bytes } : points[next]
  const before = (next < 0 ? points.at(-1) : points[next - 1]) ?? { atMs: 0, to: 0 }
  if (after === undefined || after.atMs <= before.atMs) return before.to
  const share = (atMs - before.atMs) / (after.atMs - before.atMs)
  return Math.round(before.to + share * (after.to - before.to))
}

/** The first moment at which so much had been printed. */
export function timeAt({ points, bytes, durationMs }: Recording, byte: number): number {
  const next = points.findIndex((point) => point.to >= byte)
  const after = next < 0 ? { atMs: durationMs, to: bytes } : points[next]
  const before = (next < 0 ? points.at(-1) : points[next - 1]) ?? { atMs: 0, to: 0 }
  if (after === undefined || after.to <= before.to) return after?.atMs ?? 0
  const share = (Math.min(byte, after.to) - before.to) / (after.to - before.to)
  return before.atMs + share * (after.atMs - before.atMs)
}

/** Where playing goes on: a pause longer than two seconds in which nothing was printed is passed over. */
export function skipPause(recording: Recording, atMs: number): number {
  const byte = byteAt(recording, atMs)
  if (byte >= recording.bytes) return recording.durationMs
  const next = recording.points.findIndex((point) => point.atMs > atMs && point.to > byte)
  const begin = recording.points[next - 1]
  // Output began to grow again after the last point that still had as much.
  if (begin === undefined || begin.to > byte || begin.atMs - atMs <= MAX_PAUSE_MS) return atMs
  return begin.atMs - LEAD_MS
}

const MAX_PAUSE_MS = 2000
const LEAD_MS = 300
