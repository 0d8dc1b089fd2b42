import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { TrialEventBody } from '../../../contract/events.ts'
import { classifyFailure } from '../failure/classify.ts'
import { createGooseParser } from './goose.ts'

/** Written by hand after goose's own types of its stream-json: its program could not be had to record one. */
const LINES = readFileSync(
  new URL('../../../../test/fixtures/goose/solve/agent/goose.txt', import.meta.url),
  'utf8',
).split('\n')

function read(lines: readonly string[], maxTurns: number | null = null) {
  const parser = createGooseParser({ maxTurns })
  const events = [...lines.flatMap((line) => parser.line(line)), ...parser.end()]
  for (const event of events) TrialEventBody.parse(event)
  return { events, summary: parser.summary }
}

const message = (id: string, role: string, ...content: readonly unknown[]): string =>
  JSON.stringify({ type: 'message', message: { id, role, content } })

test('a run becomes turns, whole messages, calls and their answers', () => {
  const { events, summary } = read(LINES, 5)
  expect(events.map(({ type }) => type).join(' ')).toBe(
    [
      'turn.started message.received tool.called tool.returned',
      'turn.finished turn.started message.received tool.called tool.called',
      'tool.returned tool.returned turn.finished turn.started message.received',
      'usage.updated turn.finished',
    ].join(' '),
  )
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

test('no line can break it, and valid ones between are read', () => {
  const call = (id: string): string =>
    message(`m${id}`, 'assistant', { type: 'toolRequest', id, toolCall: { value: { name: 'x' } } })
  const garbage = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.json(),
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
    fc.nat({ max: 200 }).map((end) => (LINES[3] ?? '').slice(0, end)),
  )
  fc.assert(
    fc.property(fc.array(garbage), fc.array(garbage), (before, after) => {
      const { events } = read([...before, call('one'), ...after, call('two')])
      const ids = events.flatMap((event) => (event.type === 'tool.called' ? [event.callId] : []))
      expect(ids.filter((id) => id === 'one' || id === 'two')).toEqual(['one', 'two'])
    }),
  )
})
