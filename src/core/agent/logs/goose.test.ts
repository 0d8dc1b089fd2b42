import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { brief, callIds, parseLines, parserSuite, type Parsed } from '../../../../test/support/parser-suite.ts'
import { recordedLines } from '../../../../test/support/recorded-logs.ts'
import { troubleAfter } from '../../../../test/support/trouble.ts'
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

/** Of goose's own log, after its sources. */
const own = (atSec: number, level: string, message: string, target = 'goose::providers::retry'): string =>
  JSON.stringify({ timestamp: new Date(atSec * 1000 + 300).toISOString(), level, fields: { message }, target })
const RETRY = 'Request failed, retrying (1/3): RateLimitExceeded { details: "Too many", retry_delay: None }'

describe('trouble with the service stands in its own log, which comes last', () => {
  const made = (at: number, role: string, ...content: readonly unknown[]): string =>
    JSON.stringify({ type: 'message', message: { id: `m${at}`, role, created: at, content } })
  const asked = made(100, 'assistant', { type: 'toolRequest', id: 'c', toolCall: { value: { name: 'shell' } } })
  const returned = made(110, 'user', { type: 'toolResponse', id: 'c', toolResult: { value: { content: [] } } })
  const said = (at: number, text: string): string => made(at, 'assistant', { type: 'text', text })
  const stuck = (...lines: readonly string[]): readonly string[] => troubleAfter(createGooseParser, lines)

  test('and is told where the model has not answered since', () => {
    expect(stuck(own(90, 'WARN', RETRY))).toEqual([`goose: ${RETRY}`])
    expect(
      stuck(asked, returned, own(90, 'WARN', RETRY), own(110, 'WARN', RETRY), own(112, 'WARN', RETRY)),
    ).toHaveLength(2)
    expect(stuck(asked, returned, said(111, 'Hm'), own(112, 'WARN', RETRY))).toHaveLength(1)
  })

  test('and is none where it has, or where a tool was at work', () => {
    expect(stuck(asked, returned, said(113, 'Done'), own(112, 'WARN', RETRY))).toEqual([])
    expect(stuck(asked, own(105, 'WARN', RETRY))).toEqual([])
    expect(stuck(own(90, 'WARN', 'Something else'), own(90, 'WARN', RETRY, 'rmcp::retry'))).toEqual([])
    expect(stuck(said(100, RETRY), made(101, 'user', { type: 'text', text: RETRY }), RETRY)).toEqual([])
  })

  test('and is the failure of a run that gave up and ended as if nothing had been', () => {
    const error = 'Rate limit exceeded: Too many'
    const last = said(120, `Ran into this error: ${error}.\n\nPlease retry if you think this is a transient error.`)
    const log = own(119, 'ERROR', `Error: ${error}`, 'goose::agents::agent')
    const complete = '{"type":"complete","total_tokens":1}'
    const { summary } = read([asked, returned, last, complete, log])
    expect(summary.failure).toEqual({ kind: 'error', message: error, status: null })
    expect(classifyFailure({ exitCode: 0, summary })?.type).toBe('ApiRateLimitError')
    expect(read([asked, returned, last, log]).summary.failure?.message).toBe(error)
    expect(read([asked, returned, last, complete]).summary.failure).toBeNull()
    expect(read([asked, returned, said(120, 'Done'), complete, log]).summary.failure).toBeNull()
    expect(read([asked, returned, last, said(900, `I saw ${error}`), complete, log]).summary.failure).toBeNull()
  })
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
    fc
      .record({
        timestamp: fc.jsonValue(),
        level: fc.constantFrom('WARN', 'ERROR'),
        target: fc.constant('goose::retry'),
      })
      .chain((entry) => fc.jsonValue().map((message) => JSON.stringify({ ...entry, fields: { message } }))),
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
