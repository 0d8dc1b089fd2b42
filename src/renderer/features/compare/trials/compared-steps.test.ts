// @vitest-environment jsdom
import { expect, test } from 'vitest'
import type { Step } from '../../../../contract/api/trials.ts'
import { isIdentical } from './compared-steps.ts'

const step: Step = {
  index: 0,
  kind: 'tool',
  turn: 1,
  summary: 'ls',
  at: '2026-03-04T10:00:00Z',
  durationMs: 5,
  tokens: 10,
  costUsd: null,
  isError: false,
  subagent: false,
  outputTo: null,
  source: 'agent',
  model: 'm',
  message: { text: 'look', truncated: false },
  reasoning: null,
  toolCalls: [
    {
      callId: '1',
      name: 'bash',
      arguments: { text: '{}', truncated: false },
      observation: { text: 'a b', truncated: false },
      isError: false,
      durationMs: 3,
    },
  ],
  observations: [],
  usage: null,
}
const withCall = (changes: Partial<Step['toolCalls'][number]>): Step => ({
  ...step,
  toolCalls: step.toolCalls.map((call) => ({ ...call, ...changes })),
})

test('times, tokens and ids do not make a difference', () => {
  const later = { ...withCall({ callId: '9', durationMs: 99 }), at: null, durationMs: 1, tokens: 7 }
  expect(isIdentical(step, later)).toBe(true)
})

test('what was said, done and returned does', () => {
  expect(isIdentical(step, { ...step, message: { text: 'Look', truncated: false } })).toBe(false)
  expect(isIdentical(step, withCall({ arguments: { text: '{"a":1}', truncated: false } }))).toBe(false)
  expect(isIdentical(step, withCall({ observation: { text: 'a', truncated: false } }))).toBe(false)
  expect(isIdentical(step, undefined)).toBe(false)
})
