import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createExecWatch, type ExecStatus } from './exec-watch.ts'

/* Time is the test's own here; nothing else is replaced. */

let told: string[] = []
let status: ExecStatus | Error = 'running'
let asked = 0

const watch = () =>
  createExecWatch({
    async ask() {
      asked += 1
      if (status instanceof Error) throw status
      return status
    },
    onEndedHeldBack: () => told.push('held back'),
    onEndedSilent: () => told.push('silent'),
    onLost: (error) => told.push(`lost: ${String(error)}`),
  })

beforeEach(() => {
  vi.useFakeTimers()
  told = []
  status = 'running'
  asked = 0
})
afterEach(() => {
  vi.useRealTimers()
})

test('asks ever less while a command runs in silence', async () => {
  watch().awaitData()
  await vi.advanceTimersByTimeAsync(60_000)
  expect(asked).toBeGreaterThan(4)
  expect(asked).toBeLessThan(10)
  expect(told).toEqual([])
})

test('asks nothing while output flows', async () => {
  const { awaitData, pause } = watch()
  for (let n = 0; n < 100; n += 1) {
    awaitData()
    await vi.advanceTimersByTimeAsync(1000)
    pause()
  }
  expect(asked).toBe(0)
})

test('a stream that outlives its command is closed after a silence, but not while something comes', async () => {
  const { awaitData, pause } = watch()
  status = 'ended'
  awaitData()
  await vi.advanceTimersByTimeAsync(2500)
  expect(told).toEqual([])
  pause()
  awaitData()
  await vi.advanceTimersByTimeAsync(2500)
  expect(told).toEqual([])
  await vi.advanceTimersByTimeAsync(1000)
  expect(told).toEqual(['silent'])
})

test('a command that ends while the consumer is slow is told of soon', async () => {
  const { awaitConsumer } = watch()
  awaitConsumer()
  await vi.advanceTimersByTimeAsync(3000)
  expect(told).toEqual([])
  status = 'ended'
  await vi.advanceTimersByTimeAsync(600)
  expect(told).toEqual(['held back'])
})

test('an engine that is lost is told of once', async () => {
  status = new Error('no answer')
  watch().awaitData()
  await vi.advanceTimersByTimeAsync(60_000)
  expect(told).toEqual(['lost: Error: no answer'])
})

test('an answer that comes too late is not heeded', async () => {
  const gate = Promise.withResolvers<ExecStatus>()
  const { awaitData, pause } = createExecWatch({
    ask: () => gate.promise,
    onEndedHeldBack: () => told.push('held back'),
    onEndedSilent: () => told.push('silent'),
    onLost: () => told.push('lost'),
  })
  awaitData()
  await vi.advanceTimersByTimeAsync(2100)
  pause()
  gate.resolve('ended')
  await vi.advanceTimersByTimeAsync(10_000)
  expect(told).toEqual([])
})
