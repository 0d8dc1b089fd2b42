import { expect, test } from 'vitest'
import type { TrialEventBody } from '../../contract/events.ts'
import { shallowCall } from './shallow-call.ts'

const call = (depth: number): TrialEventBody => {
  const value: unknown = JSON.parse(`${'['.repeat(depth)}${']'.repeat(depth)}`)
  return { type: 'tool.called', turn: 1, callId: 'c', name: 'Bash', arguments: { value } }
}

test('what can be written stays as it is', () => {
  const event = call(150)
  expect(shallowCall(event)).toBe(event)
  const other: TrialEventBody = { type: 'turn.finished', turn: 1 }
  expect(shallowCall(other)).toBe(other)
})

test('arguments that nobody can walk are named, not kept', () => {
  const event = call(100_000)
  expect(() => JSON.stringify(event)).toThrow(RangeError)
  expect(shallowCall(event)).toMatchObject({
    type: 'tool.called',
    callId: 'c',
    arguments: { omitted: 'nested too deep' },
  })
})
