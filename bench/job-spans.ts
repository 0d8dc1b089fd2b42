import type { JobEventBody, StoredEvent } from '../src/contract/events.ts'

/** Milliseconds from the first admission to the last result on disk, by the events' own times. */
export function createJobSpan(): {
  readonly note: (event: StoredEvent<JobEventBody>) => void
  readonly elapsedMs: () => number
} {
  let from = Number.POSITIVE_INFINITY
  let to = 0
  return {
    note({ type, at }) {
      if (type === 'trial.admitted') from = Math.min(from, toMs(at))
      if (type === 'trial.ended') to = Math.max(to, toMs(at))
    },
    elapsedMs: () => to - from,
  }
}

/** With the microseconds, which `Date` drops. */
function toMs(timestamp: string): number {
  const micros = /\.(\d{1,6})Z$/.exec(timestamp)?.[1] ?? '0'
  return Date.parse(timestamp.replace(/\.\d+Z$/, 'Z')) + Number(micros.padEnd(6, '0')) / 1000
}
