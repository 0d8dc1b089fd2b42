import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parserSuite } from '../../../../test/support/parser-suite.ts'
import { recordedLines } from '../../../../test/support/recorded-logs.ts'
import { classifyFailure } from '../failure/classify.ts'
import { createAiderParser } from './aider.ts'

function summaryOf(lines: readonly string[]) {
  const parser = createAiderParser()
  for (const line of lines) expect(parser.line(line)).toEqual([])
  expect(parser.end()).toEqual([])
  return parser.summary
}

/** Printed by aider 0.86.2. */
const recorded = (name: string): readonly string[] => recordedLines('aider', name)

const START = ['Aider v0.86.2', 'Model: claude-sonnet-4-5 with diff edit format', '']
const ANSWERED = 'Tokens: 2.3k sent, 145 received. Cost: $0.0091 message, $0.0182 session.'

test('what it says of itself is read', () => {
  expect(summaryOf(recorded('solve'))).toMatchObject({
    version: '0.86.2',
    model: 'gpt-4o',
    usage: { inputTokens: null, outputTokens: null, costUsd: 0.00035 },
    turns: 0,
    complete: true,
    failure: null,
    complaints: [],
  })
})

test('an error that nothing followed is the failure of the run, its lines put together again', () => {
  const summary = summaryOf(recorded('refused-key'))
  expect(summary).toMatchObject({ complete: false, failure: { kind: 'litellm.AuthenticationError' } })
  expect(summary.failure?.message).toContain('Incorrect API key provided: x.')
  expect(classifyFailure({ exitCode: 0, summary })?.type).toBe('AgentAuthenticationError')
})

test('an error that was overcome is none, and neither are the words of the model', () => {
  const error = 'litellm.RateLimitError: slow down'
  expect(summaryOf([...START, error, 'Retrying in 0.2 seconds...', 'Here.', ANSWERED]).failure).toBeNull()
  const summary = summaryOf([...START, 'Catch it:', '    TypeError: rate limit', 'rate limit', ANSWERED])
  expect(summary).toMatchObject({ failure: null, complaints: [] })
})

parserSuite({
  create: createAiderParser,
  streams: [recorded('solve'), recorded('refused-key')],
  strays: {
    garbage: fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('litellm.X: y', 'Tokens: ', 'Aider v')),
    kept: {
      lines: [ANSWERED],
      told: ({ events, summary: { complete, usage, failure } }) => [events, complete, usage.costUsd, failure],
      expected: [[], true, 0.0182, null],
    },
  },
})
