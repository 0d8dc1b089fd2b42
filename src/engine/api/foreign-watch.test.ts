import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { createForeignWatch } from './foreign-watch.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

/** A watch whose looks end when the test says so. */
function createParts() {
  const looks: (() => void)[] = []
  const watch = createForeignWatch(async () => new Promise((resolve) => looks.push(resolve)))
  return { watch, looks, endLook: async () => Promise.resolve(looks.at(-1)?.()) }
}

it('looks again and again while somebody watches, and tells them', async () => {
  const { watch, looks, endLook } = createParts()
  let told = 0
  const stop = watch.watch(() => (told += 1))
  for (let round = 1; round <= 3; round += 1) {
    await vi.advanceTimersToNextTimerAsync()
    expect(looks).toHaveLength(round)
    await endLook()
    await vi.advanceTimersByTimeAsync(0)
    expect(told).toBe(round)
  }
  stop()
  expect(vi.getTimerCount()).toBe(0)
})

it('goes on once where the last one left and another came during a look', async () => {
  const { watch, endLook } = createParts()
  const leave = watch.watch(() => {})
  await vi.advanceTimersToNextTimerAsync()
  leave()
  const stop = watch.watch(() => {})
  await endLook()
  await vi.advanceTimersByTimeAsync(0)
  expect(vi.getTimerCount()).toBe(1)
  stop()
  expect(vi.getTimerCount()).toBe(0)
})
