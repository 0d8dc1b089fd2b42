import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Recording } from '../../../contract/api/trials.ts'
import { byteAt, skipPause, timeAt } from './recording-time.ts'

const recording: Recording = {
  bytes: 1000,
  durationMs: 60_000,
  startedAt: null,
  pruned: null,
  points: [
    { atMs: 1000, to: 0 },
    { atMs: 2000, to: 500 },
    { atMs: 30_000, to: 500 },
    { atMs: 31_000, to: 1000 },
  ],
  phases: [],
}

describe('time and bytes of a recording', () => {
  it('go into each other', () => {
    expect(byteAt(recording, 0)).toBe(0)
    expect(byteAt(recording, 1500)).toBe(250)
    expect(byteAt(recording, 10_000)).toBe(500)
    expect(byteAt(recording, 99_000)).toBe(1000)
    expect(timeAt(recording, 250)).toBe(1500)
    expect(timeAt(recording, 500)).toBe(2000)
    expect(timeAt(recording, 1000)).toBe(31_000)
    expect(timeAt(recording, 0)).toBe(1000)
  })

  it('stand still where nothing is known', () => {
    const empty: Recording = { bytes: 0, durationMs: 0, startedAt: null, pruned: null, points: [], phases: [] }
    expect(byteAt(empty, 5)).toBe(0)
    expect(timeAt(empty, 5)).toBe(0)
    const unmeasured: Recording = { ...empty, bytes: 100, durationMs: 50 }
    expect(byteAt(unmeasured, 25)).toBe(50)
    expect(timeAt(unmeasured, 50)).toBe(25)
  })

  it('grow together', () => {
    const times = fc.tuple(fc.nat(70_000), fc.nat(70_000))
    fc.assert(
      fc.property(times, ([a, b]) => {
        expect(byteAt(recording, Math.max(a, b))).toBeGreaterThanOrEqual(byteAt(recording, Math.min(a, b)))
        expect(timeAt(recording, Math.max(a, b))).toBeGreaterThanOrEqual(timeAt(recording, Math.min(a, b)))
      }),
    )
  })
})

it('passes over long pauses only', () => {
  expect(skipPause(recording, 1500)).toBe(1500)
  expect(skipPause(recording, 5000)).toBe(29_700)
  expect(skipPause(recording, 29_000)).toBe(29_000)
  expect(skipPause(recording, 40_000)).toBe(60_000)
})
