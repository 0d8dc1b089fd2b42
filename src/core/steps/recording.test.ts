import { expect, test } from 'vitest'
import type { TrialEventBody } from '../../contract/events.ts'
import type { Phase } from '../../contract/outcome.ts'
import { stampEvent } from '../job/event-line.ts'
import { MAX_POINTS, toRecording } from './recording.ts'

const at = (second: number): string => new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString()
const event = (seq: number, body: TrialEventBody) => stampEvent(seq, at(seq), body)

const phaseAt = (seq: number): Phase => (seq < 5 ? 'agent-execution' : 'verification')

test('puts output and phases on one time line', () => {
  const phases = [
    event(1, { type: 'phase.started', phase: 'agent-execution' }),
    event(4, { type: 'phase.finished', phase: 'agent-execution', durationMs: 3000 }),
    event(5, { type: 'phase.started', phase: 'verification' }),
  ]
  const printed = [2, 3, 6].map((seq) => ({ seq, phase: phaseAt(seq), at: at(seq), to: seq * 10 }))
  expect(toRecording(phases, printed)).toEqual({
    bytes: 60,
    durationMs: 5000,
    startedAt: at(1),
    points: [
      { atMs: 1000, to: 20 },
      { atMs: 2000, to: 30 },
      { atMs: 5000, to: 60 },
    ],
    phases: [
      { phase: 'agent-execution', atMs: 0, durationMs: 3000, from: 0, to: 30 },
      { phase: 'verification', atMs: 4000, durationMs: null, from: 30, to: 60 },
    ],
  })
})

test('what is told of only after the next phase began is of the phase it was printed in', () => {
  const phases = [
    event(1, { type: 'phase.started', phase: 'verification' }),
    event(2, { type: 'phase.finished', phase: 'verification', durationMs: 1000 }),
    event(3, { type: 'phase.started', phase: 'teardown' }),
  ]
  const printed = [{ seq: 4, phase: 'verification', at: at(4), to: 40 } as const]
  expect(toRecording(phases, printed).phases).toMatchObject([
    { phase: 'verification', from: 0, to: 40 },
    { phase: 'teardown', from: 40, to: 40 },
  ])
})

test('begins with the waiting, so that the parts are the whole', () => {
  const { startedAt, durationMs, phases } = toRecording(
    [
      event(10, { type: 'phase.finished', phase: 'queued', durationMs: 4000 }),
      event(10, { type: 'phase.started', phase: 'agent-execution' }),
      event(12, { type: 'phase.finished', phase: 'agent-execution', durationMs: 2000 }),
    ].map((one, index) => ({ ...one, seq: index + 1 })),
    [],
  )
  expect([startedAt, durationMs]).toEqual([at(6), 6000])
  expect(phases.map((part) => [part.phase, part.atMs, part.durationMs])).toEqual([
    ['queued', 0, 4000],
    ['agent-execution', 4000, 2000],
  ])
})

test('has no more points than a screen shows, and loses no byte', () => {
  const printed = Array.from({ length: 10_000 }, (_, seq) => ({ seq, phase: phaseAt(1), at: at(seq), to: seq }))
  const recording = toRecording([], printed)
  expect(recording.points.length).toBeLessThanOrEqual(MAX_POINTS + 1)
  expect(recording.points.at(-1)?.to).toBe(recording.bytes)
})

test('of a trial without events there is nothing', () => {
  expect(toRecording([], [])).toEqual({ bytes: 0, durationMs: 0, startedAt: null, points: [], phases: [] })
})
