import { expect, test } from 'vitest'
import type { StoredEvent, TrialEventBody } from '../../contract/events.ts'
import { stampEvent } from '../../core/job/event-line.ts'
import type { Engine } from '../engine.ts'
import { followTrialEvents } from './follow-trial-events.ts'

const AT = '2026-11-21T04:09:57.928041Z'
const finished: TrialEventBody = {
  type: 'trial.finished',
  outcome: 'error',
  blame: null,
  evidence: [],
  reward: null,
  durationMs: 1,
}
const turn = (number: number): TrialEventBody => ({ type: 'turn.finished', turn: number })

test('goes on over the end of a run that is followed by another', async () => {
  const file: StoredEvent[] = []
  const write = (...bodies: readonly TrialEventBody[]): void => {
    for (const body of bodies) file.push(stampEvent(file.length + 1, AT, body))
  }
  const events: Engine['events'] = async function* (_stream, { afterSeq }) {
    yield* file.filter(({ seq }) => seq > afterSeq)
  }
  let isRunning = true
  let wake = (): void => {}
  write(turn(1), finished)
  const seen: number[] = []
  const options = {
    afterSeq: 0,
    signal: new AbortController().signal,
    isRunning: async () => isRunning,
    onChange(ring: () => void) {
      wake = ring
      return () => {}
    },
  }
  for await (const { seq } of followTrialEvents({ events }, { jobName: 'job', trialName: 'trial' }, options)) {
    seen.push(seq)
    if (seq === 2) {
      write(turn(1), finished)
      wake()
    }
    if (seq === 4) isRunning = false
  }
  expect(seen).toEqual([1, 2, 3, 4])
})
