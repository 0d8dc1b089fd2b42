import { EventEmitter } from 'node:events'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createStopSignals } from './stop-signals.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

function setUp() {
  const exits: number[] = []
  const source = Object.assign(new EventEmitter(), { exit: (code: number) => void exits.push(code) })
  const clock = { nowMs: 0 }
  const output = new AbortController()
  const signals = createStopSignals(output.signal, source, () => clock.nowMs)
  signals.arm()
  const state = () => [signals.cancel.aborted, signals.force.aborted]
  return { signals, source, clock, exits, output, state }
}

test('the first signal cancels, the second forces, and then the end is certain', () => {
  const { source, clock, exits, state } = setUp()
  source.emit('SIGINT')
  expect(state()).toEqual([true, false])
  clock.nowMs = 1000
  source.emit('SIGTERM')
  expect(state()).toEqual([true, true])
  vi.advanceTimersByTime(4000)
  expect(exits).toEqual([])
  vi.advanceTimersByTime(900)
  expect(exits).toEqual([130])
})

test('a signal that a wrapper passes on a moment later is the same one', () => {
  const { source, clock, state } = setUp()
  source.emit('SIGINT')
  clock.nowMs = 50
  source.emit('SIGINT')
  expect(state()).toEqual([true, false])
})

test('a terminal that goes away cancels, however often it says so', () => {
  const { source, clock, state } = setUp()
  source.emit('SIGHUP')
  clock.nowMs = 5000
  source.emit('SIGHUP')
  expect(state()).toEqual([true, false])
})

test('a reader that goes away cancels', () => {
  const { output, state } = setUp()
  output.abort()
  expect(state()).toEqual([true, false])
})

test('afterwards the process has its signals back and is not ended', () => {
  const { signals, source, clock, exits } = setUp()
  source.emit('SIGINT')
  clock.nowMs = 1000
  source.emit('SIGINT')
  signals.dispose()
  vi.advanceTimersByTime(60_000)
  expect(exits).toEqual([])
  expect(source.eventNames()).toEqual([])
})
