import type { Clock } from '../core/job/ports.ts'

/** Where a clock reads time: the wall in milliseconds since 1970, and a monotonic count of nanoseconds. */
export interface TimeSource {
  readonly wallMs: () => number
  readonly monotonicNs: () => bigint
}

/** Wall and monotonic clock may drift apart this far before the wall is read anew: a suspend, or a step of the clock. */
const MAX_DRIFT_MS = 25

/** A step back smaller than this is a correction: timestamps wait instead of going back. */
const MAX_HELD_BACK_US = 1_000_000

/** Timestamps with microseconds, which the wall clock alone does not have: it is anchored once and counted on from there. */
export function createClock(source: TimeSource = SYSTEM): Clock {
  let anchor = { wallMs: source.wallMs(), ns: source.monotonicNs() }
  let lastUs = 0

  function nowUs(): number {
    const wallMs = source.wallMs()
    const ns = source.monotonicNs()
    const counted = anchor.wallMs * 1000 + Number((ns - anchor.ns) / 1000n)
    if (Math.abs(counted / 1000 - wallMs) <= MAX_DRIFT_MS) return counted
    anchor = { wallMs, ns }
    return wallMs * 1000
  }

  return {
    timestamp() {
      const us = nowUs()
      lastUs = us < lastUs && lastUs - us < MAX_HELD_BACK_US ? lastUs : us
      return toTimestamp(lastUs)
    },
    monotonicMs: () => Number(source.monotonicNs()) / 1e6,
    sleep,
  }
}

const SYSTEM: TimeSource = { wallMs: () => Date.now(), monotonicNs: () => process.hrtime.bigint() }

function toTimestamp(us: number): string {
  const seconds = new Date(Math.floor(us / 1000)).toISOString().slice(0, 19)
  return `${seconds}.${String(us % 1_000_000).padStart(6, '0')}Z`
}

/** Longer timers overflow and fire at once. */
const MAX_TIMER_MS = 2 ** 31 - 1

async function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  if (signal?.aborted === true) return
  await new Promise<void>((resolve) => {
    const done = (): void => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, Math.min(Math.max(ms, 0), MAX_TIMER_MS))
    signal?.addEventListener('abort', done, { once: true })
  })
}
