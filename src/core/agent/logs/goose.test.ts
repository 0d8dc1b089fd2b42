import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { brief, callIds, parseLines, parserSuite, type Parsed } from '../../../../test/support/parser-suite.ts'
import { recordedLines } from '../../../../test/support/recorded-logs.ts'
import { classifyFailure } from '../failure/classify.ts'
import { createGooseParser } from './goose.ts'

/** Written by hand after goose's own types of its stream-json: its program could not be had to record one. */
const LINES = recordedLines('goose', 'solve')

const read = (lines: readonly string[], maxTurns: number | null = null): Parsed =>
  parseLines(createGooseParser, lines, maxTurns)

const message = (id: string, role: string, ...content: readonly unknown[]): string =>
  JSON.stringify({ type: 'message', message: { id, role, content } })

test('a run becomes turns, whole messages, calls and their answers', () => {
  const { events, summary } = read(LINES, 5)
  expect(brief(events)).toEqual([
    '1 turn.started, 1 message.received, 1 tool.called, tool.returned, 1 turn.finished',
    '2 turn.started, 2 message.received, 2 tool.called, 2 tool.called, tool.returned, tool.returned, 2 turn.finished',
    '3 turn.started, 3 message.received, usage.updated, 3 turn.finished',
  ])
  expect(events[0]).toEqual({ type: 'turn.started', turn: 1, maxTurns: 5 })
  expect(events[1]).toMatchObject({ text: 'I will look around first.', reasoning: 'Where am I?' })
  expect(events[2]).toMatchObject({ callId: 'call_1', name: 'developer__shell' })
  expect(events[3]).toMatchObject({ callId: 'call_1', content: 'out.txt', isError: false })
  expect(events[10]).toMatchObject({ callId: 'call_3', content: '-32603: Command failed', isError: true })
  expect(summary).toMatchObject({
    turns: 3,
    complete: true,
    failure: null,
    usage: { inputTokens: 600, cachedTokens: 150, outputTokens: 60, costUsd: 0.0123 },
    lines: { stray: 2 },
  })
})

test('an error is a failure, though goose goes on to "complete" and exits with 0', () => {
  const error = 'Request failed: Rate limit exceeded (status 429)'
  const { summary } = read([JSON.stringify({ type: 'error', error }), '{"type":"complete","total_tokens":null}'])
  expect(summary).toMatchObject({ complete: true, failure: { kind: 'error', message: error } })
  expect(classifyFailure({ exitCode: 0, summary })?.type).toBe('ApiRateLimitError')
})

test('older answers are read, and numbers that are not told stay unknown', () => {
  const { events, summary } = read([
    message('a', 'assistant', {
      type: 'toolRequest',
      id: 'c',
      toolCall: { Ok: { name: 'shell', arguments: { command: 'ls' } } },
    }),
    message('b', 'user', { type: 'toolResponse', id: 'c', toolResult: { Ok: [{ type: 'text', text: 'x' }] } }),
    '{"type":"complete","total_tokens":12}',
  ])
  expect(events).toContainEqual(expect.objectContaining({ type: 'tool.called', arguments: { command: 'ls' } }))
  expect(events).toContainEqual(expect.objectContaining({ type: 'tool.returned', content: 'x' }))
  expect(summary.usage).toEqual({ inputTokens: null, cachedTokens: null, outputTokens: null, costUsd: null })
})

test('what goose says beside its events may tell why it failed; what may be a piece of an event does not', () => {
  const { summary } = read(['Error: Not logged in', '{"type":"message","message":{"content":[{"text":"rate limit'])
  expect(summary.complaints).toEqual(['Error: Not logged in'])
  expect(summary).toMatchObject({ complete: false, lines: { read: 2, stray: 2 } })
})

describe('whatever comes', () => {
  const call = (id: string): string =>
    message(`m${id}`, 'assistant', { type: 'toolRequest', id, toolCall: { value: { name: 'x' } } })
  const garbage = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc
      .record({
        type: fc.constantFrom('message', 'error', 'complete', 'model_change'),
        message: fc.jsonValue(),
        error: fc.jsonValue(),
      })
      .map((value) => JSON.stringify(value)),
    fc
      .record({
        role: fc.constantFrom('user', 'assistant'),
        content: fc.array(
          fc.record({
            type: fc.constantFrom('text', 'thinking', 'toolRequest', 'toolResponse'),
            id: fc.jsonValue(),
            text: fc.jsonValue(),
            toolCall: fc.jsonValue(),
            toolResult: fc.jsonValue(),
          }),
        ),
      })
      .map((value) => JSON.stringify({ type: 'message', message: value })),
  )
  parserSuite({
    create: createGooseParser,
    streams: [LINES],
    strays: {
      garbage,
      kept: {
        lines: [call('one'), call('two')],
        told: ({ events }) => callIds(events).filter((id) => id === 'one' || id === 'two'),
        expected: ['one', 'two'],
      },
    },
  })
})
