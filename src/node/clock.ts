import type { Clock } from '../core/job/ports.ts'

/** Where a clock reads time: the wall in whole milliseconds since 1970, and a monotonic count with fractions. */
export interface TimeSource {
  readonly wallMs: () => number
  readonly monotonicMs: () => number
}

/** Wall and monotonic clock may drift apart this far before the wall is read anew: a suspend, or a step of the clock. */
const MAX_DRIFT_MS = 25

/** A step back smaller than this is a correction: timestamps wait instead of going back. */
const MAX_HELD_BACK_US = 1_000_000

/** Timestamps with microseconds, which the wall clock alone does not have: it is anchored once and counted on from there. */
export function createClock(source: TimeSource = SYSTEM): Clock {
  let anchor = { wallMs: source.wallMs(), monotonicMs: source.monotonicMs() }
  let lastUs = 0
  const format = createFormat()

  function nowUs(): number {
    const wallMs = source.wallMs()
    const monotonicMs = source.monotonicMs()
    const countedMs = anchor.wallMs + monotonicMs - anchor.monotonicMs
    if (Math.abs(countedMs - wallMs) <= MAX_DRIFT_MS) return Math.floor(countedMs * 1000)
    anchor = { wallMs, monotonicMs }
    return wallMs * 1000
  }

  return {
    timestamp() {
      const us = nowUs()
      lastUs = us < lastUs && lastUs - us < MAX_HELD_BACK_US ? lastUs : us
      return format(lastUs)
    },
    monotonicMs: source.monotonicMs,
    sleep,
  }
}

const SYSTEM: TimeSource = { wallMs: () => Date.now(), monotonicMs: () => performance.now() }

/** Microseconds as text; the seconds, which many have in common, are made once. */
function createFormat(): (us: number) => string {
  let second = Number.NaN
  let text = ''
  return (us) => {
    const fraction = us % 1_000_000
    if (us - fraction !== second) {
      second = us - fraction
      text = new Date(second / 1000).toISOString().slice(0, 19)
    }
    return `${text}.${String(fraction).padStart(6, '0')}Z`
  }
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
