import { expect, it } from 'vitest'
import { Timestamp } from '../contract/trial.ts'
import { createClock } from './clock.ts'

const START = Date.UTC(2026, 10, 21, 4, 9, 57, 928)

/** A clock whose times are set by hand. */
function handClock(): {
  clock: ReturnType<typeof createClock>
  pass: (ms: number) => void
  step: (ms: number) => void
} {
  let wall = START
  let monotonic = 1000
  const clock = createClock({ wallMs: () => Math.floor(wall), monotonicMs: () => monotonic })
  return {
    clock,
    pass(ms) {
      wall += ms
      monotonic += ms
    },
    step: (ms) => void (wall += ms),
  }
}

it('counts microseconds on from where it was made', () => {
  const { clock, pass } = handClock()
  expect(clock.timestamp()).toBe('2026-11-21T04:09:57.928000Z')
  pass(0.041)
  expect(clock.timestamp()).toBe('2026-11-21T04:09:57.928041Z')
  pass(72)
  expect(clock.timestamp()).toBe('2026-11-21T04:09:58.000041Z')
})

it('follows the wall after a suspend and after a step of the clock', () => {
  const { clock, step } = handClock()
  clock.timestamp()
  step(3_600_000)
  expect(clock.timestamp()).toBe('2026-11-21T05:09:57.928000Z')
  step(-7_200_000)
  expect(clock.timestamp()).toBe('2026-11-21T03:09:57.928000Z')
})

it('does not go back for a small correction', () => {
  const { clock, pass, step } = handClock()
  pass(500)
  const before = clock.timestamp()
  step(-100)
  expect(clock.timestamp()).toBe(before)
  pass(101)
  expect(clock.timestamp() > before).toBe(true)
})

it('is a timestamp, and does not run backwards', () => {
  const clock = createClock()
  const times = Array.from({ length: 2000 }, () => clock.timestamp())
  expect([...times].sort()).toEqual(times)
  for (const time of times) expect(Timestamp.safeParse(time).success).toBe(true)
})

it('ends a sleep at once when its signal aborts, and leaves no listener', async () => {
  const clock = createClock()
  const stop = new AbortController()
  const sleeping = clock.sleep(1_000_000_000_000, stop.signal)
  stop.abort()
  await sleeping
  await clock.sleep(1_000_000, stop.signal)
  await clock.sleep(-5)
})
