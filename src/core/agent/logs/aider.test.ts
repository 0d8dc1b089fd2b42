import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parserSuite } from '../../../../test/support/parser-suite.ts'
import { recordedLines } from '../../../../test/support/recorded-logs.ts'
import { through, troubleAfter } from '../../../../test/support/trouble.ts'
import { classifyFailure } from '../failure/classify.ts'
import { createAiderParser } from './aider.ts'

function summaryOf(lines: readonly string[]) {
  const parser = createAiderParser()
  for (const line of lines) parser.line(line)
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

describe('trouble with the service', () => {
  const lines = recorded('overcome')

  test('is told with each attempt, and over with the first words of an answer', () => {
    const troubled = troubleAfter(createAiderParser, through(lines, 'Retrying in'))
    expect(troubled).toHaveLength(3)
    expect(troubled[2]).toBe(
      'aider: litellm.ServiceUnavailableError: ServiceUnavailableError: OpenAIException - The engine is currently overloaded, ' +
        "please try again later The API provider's servers are down or overloaded. Retrying in 1.0 seconds...",
    )
    expect(troubleAfter(createAiderParser, through(lines, 'I make the file.'))).toEqual([])
    expect(summaryOf(lines)).toMatchObject({ complete: true, failure: null, usage: { costUsd: 0.0062 } })
  })

  test('comes back in the midst of an attempt: an error alone ends nothing', () => {
    const again = [...through(lines, 'Retrying in'), 'litellm.Timeout: timed out', 'It may be down.', '']
    expect(troubleAfter(createAiderParser, again)).toHaveLength(3)
  })

  test('is none in the words of the model, which are filled up to the width of the screen', () => {
    const said = ['litellm.RateLimitError: slow down', 'Retrying in 0.2 seconds...']
    expect(troubleAfter(createAiderParser, [...START, ...said])).toHaveLength(1)
    expect(troubleAfter(createAiderParser, [...START, ...said.map((text) => text.padEnd(80))])).toEqual([])
  })
})

parserSuite({
  create: createAiderParser,
  streams: [recorded('solve'), recorded('refused-key'), recorded('overcome')],
  strays: {
    garbage: fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('litellm.X: y', 'Tokens: ', 'Aider v')),
    kept: {
      lines: [ANSWERED],
      told: ({ events, summary: { complete, usage, failure } }) => [events, complete, usage.costUsd, failure],
      expected: [[], true, 0.0182, null],
    },
  },
})
