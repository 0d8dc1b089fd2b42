import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { roundTogether, toPhaseTimeline, toSpans } from './phase-parts.ts'

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)

/** Milliseconds with fractions, short and long. */
const MS = fc.oneof(fc.nat(500_000), fc.nat(200_000_000)).map((value) => value / 7)

describe('toPhaseTimeline', () => {
  it('is to scale and adds up', () => {
    const line = toPhaseTimeline(
      [
        { phase: 'queued', durationMs: 1000 },
        { phase: 'agent-execution', durationMs: 6000 },
        { phase: 'teardown', durationMs: 3000 },
      ],
      10_020,
    )
    expect(line?.parts.map(({ share }) => share)).toEqual([0.1, 0.6, 0.3])
    expect(line?.parts.map(({ startMs }) => startMs)).toEqual([0, 1000, 7000])
    expect(line?.totalMs).toBe(10_000)
  })

  it('names the time that no phase explains', () => {
    const line = toPhaseTimeline([{ phase: 'verification', durationMs: 2000 }], 12_000)
    expect(line?.parts.map(({ phase, durationMs }) => [phase, durationMs])).toEqual([
      ['verification', 2000],
      ['rest', 10_000],
    ])
  })

  it('knows nothing where nothing was measured', () => {
    expect(toPhaseTimeline([], null)).toBeNull()
    expect(toPhaseTimeline([], 0)).toBeNull()
    expect(toPhaseTimeline([], 500)?.parts.map(({ phase }) => phase)).toEqual(['rest'])
  })

  it('adds up for any durations, as measured and as shown', () => {
    fc.assert(
      fc.property(fc.array(MS, { minLength: 1, maxLength: 7 }), fc.option(MS), (durations, whole) => {
        const line = toPhaseTimeline(
          durations.map((durationMs) => ({ phase: 'queued', durationMs })),
          whole,
        )
        if (line === null) return
        expect(sum(line.parts.map(({ share }) => share))).toBeCloseTo(1)
        expect(sum(line.parts.map(({ durationMs }) => durationMs))).toBeCloseTo(line.totalMs, 3)
        expect(sum(line.parts.map(({ shownMs }) => shownMs))).toBe(line.shownTotalMs)
        const unitMs = line.totalMs < 60_000 ? 100 : 1000
        expect(line.shownTotalMs).toBe(Math.round(line.totalMs / unitMs) * unitMs)
        for (const { shownMs, durationMs } of line.parts)
          expect(Math.abs(shownMs - durationMs)).toBeLessThan(unitMs * 1.001)
      }),
    )
  })
})

it('rounds so that the sum stays', () => {
  expect(roundTogether([340, 340, 320], 100)).toEqual([400, 300, 300])
  expect(roundTogether([], 100)).toEqual([])
})

it('lets the last phase of a running trial grow until now', () => {
  const recording = {
    bytes: 0,
    durationMs: 0,
    startedAt: '2026-01-01T00:00:00.000Z',
    pruned: null,
    points: [],
    phases: [
      { phase: 'environment-setup' as const, atMs: 0, durationMs: 1000, from: 0, to: 0 },
      { phase: 'agent-execution' as const, atMs: 1000, durationMs: null, from: 0, to: 0 },
    ],
  }
  expect(toSpans([], recording, Date.parse('2026-01-01T00:00:05.000Z'), 700)).toEqual([
    { phase: 'queued', durationMs: 700 },
    { phase: 'environment-setup', durationMs: 1000 },
    { phase: 'agent-execution', durationMs: 4000 },
  ])
  expect(toSpans([], null, 0)).toEqual([])
})
