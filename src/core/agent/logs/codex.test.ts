import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { brief, callIds, parseLines, parserSuite, type Parsed } from '../../../../test/support/parser-suite.ts'
import { recordedLines } from '../../../../test/support/recorded-logs.ts'
import { createCodexParser } from './codex.ts'

/** Streams of Codex 0.169.0 against a local server, both of its outputs in one. */
const recorded = (name: string): readonly string[] => recordedLines('codex', name)

const parse = (lines: readonly string[], maxTurns: number | null = null): Parsed =>
  parseLines(createCodexParser, lines, maxTurns)

const parseRecorded = (name: string): Parsed => parse(recorded(name))

const item = (type: 'started' | 'updated' | 'completed', fields: Record<string, unknown>): string =>
  JSON.stringify({ type: `item.${type}`, item: { id: 'item_0', ...fields } })

const command = (id: string, more: Record<string, unknown> = {}) => ({
  id,
  type: 'command_execution',
  command: 'make',
  aggregated_output: '',
  exit_code: null,
  status: 'in_progress',
  ...more,
})

const COMPLETED = JSON.stringify({
  type: 'turn.completed',
  usage: { input_tokens: 10, cached_input_tokens: 4, output_tokens: 2 },
})

describe('a whole run', () => {
  test('is told turn by turn', () => {
    const { events, summary } = parseRecorded('solve')
    expect(brief(events)).toEqual([
      '1 turn.started, 1 message.received, 1 tool.called, 1 tool.called, tool.returned, tool.returned, 1 turn.finished',
      '2 turn.started, 2 message.received, 2 tool.called, tool.returned, 2 turn.finished',
      '3 turn.started, 3 tool.called, tool.returned, 3 turn.finished',
      '4 turn.started, 4 tool.called, tool.returned, 4 message.received, 4 message.received, 4 turn.finished, usage.updated',
    ])
    expect(events[1]).toEqual({
      type: 'message.received',
      turn: 1,
      source: 'agent',
      text: 'I will look around.',
      reasoning: '**Planning**\n\nI look around first.',
    })
    expect(events.filter(({ type }) => type === 'tool.returned').slice(1, 2)).toEqual([
      {
        type: 'tool.returned',
        callId: 'item_3',
        content: 'oops\nexit code 3',
        isError: true,
        truncated: false,
        durationMs: null,
      },
    ])
    expect(events.at(-1)).toEqual({
      type: 'usage.updated',
      usage: { inputTokens: 6800, cachedTokens: 4500, outputTokens: 190, costUsd: null },
    })
    expect(summary).toMatchObject({ turns: 4, complete: true, failure: null, lines: { read: 23, stray: 5 } })
    expect(summary.sessionId).toBe('00000000-0000-7000-8000-000000000001')
  })

  test('of two processes on one thread has the tokens of the last, which are those of the thread', () => {
    const { events, summary } = parseRecorded('resumed')
    expect(summary.usage).toEqual({ inputTokens: 13600, cachedTokens: 9000, outputTokens: 380, costUsd: null })
    const calls = callIds(events)
    expect(new Set(calls).size).toBe(calls.length)
    expect(summary.turns).toBeGreaterThan(4)
  })

  test('of another thread adds to it, and zeros are no count', () => {
    const thread = (id: string): string => JSON.stringify({ type: 'thread.started', thread_id: id })
    const zeros = JSON.stringify({ type: 'turn.completed', usage: { input_tokens: 0, output_tokens: 0 } })
    expect(parse([thread('a'), COMPLETED, thread('b'), COMPLETED]).summary.usage.inputTokens).toBe(20)
    expect(parse([thread('a'), zeros]).summary.usage.inputTokens).toBeNull()
    expect(parse([thread('a'), COMPLETED, zeros]).summary.usage.inputTokens).toBe(10)
  })

  test('with helpers shows them as calls of the agent, and makes no turns of them', () => {
    const { events, summary } = parseRecorded('helper')
    expect(events.flatMap((event) => (event.type === 'tool.called' ? [event.name] : []))).toEqual([
      'spawn_agent',
      'wait',
      'close_agent',
    ])
    expect(summary.turns).toBe(4)
    const answers = events.flatMap((event) => (event.type === 'tool.returned' ? [event.content] : []))
    expect(answers[1]).toBe('00000000-0000-7000-8000-000000000002 completed hi')
  })

  test("shows a server's tools with text for people", () => {
    const { events } = parseRecorded('tools')
    expect(events.flatMap((event) => (event.type === 'tool.returned' ? [[event.content, event.isError]] : []))).toEqual(
      [
        ['3\ndone', false],
        ['no such thing', true],
        ['[image]\na dot', false],
        ['{"a":[1,2],"ü":"x"}', false],
      ],
    )
    expect(events).toContainEqual(
      expect.objectContaining({ type: 'tool.called', name: 'mcp__demo__add', arguments: { a: 1 } }),
    )
  })
})

describe('what went wrong', () => {
  test.each([
    ['rate-limit', 'exceeded retry limit, last status: 429 Too Many Requests', 429],
    ['refused-key', 'unexpected status 401 Unauthorized: Incorrect API key provided', 401],
    ['retried', 'stream disconnected before completion: Incomplete response returned, reason: content_filter', null],
  ])('%s: the verdict of the turn counts', (name, message, status) => {
    const { summary } = parseRecorded(name)
    expect(summary).toMatchObject({ complete: true, failure: { kind: 'turn.failed', status } })
    expect(summary.failure?.message).toContain(message)
    expect(summary.complaints.at(-1)).toBe(summary.failure?.message)
    expect(summary.usage.inputTokens).toBeNull()
  })

  test('a notice of a retry is none, and is told once', () => {
    const { events, summary } = parseRecorded('no-websocket')
    expect(summary.failure).toBeNull()
    expect(events.filter(({ type }) => type === 'warning.raised')).toHaveLength(3)
    expect(summary.complaints.filter((line) => line.startsWith('Reconnecting...'))).toHaveLength(4)
  })

  test('an error without a verdict is one, until a turn ends well', () => {
    const error = JSON.stringify({ type: 'error', message: 'no such model' })
    expect(parse([error]).summary).toMatchObject({
      complete: false,
      failure: { kind: 'error', message: 'no such model' },
    })
    expect(parse([error, COMPLETED]).summary).toMatchObject({ complete: true, failure: null })
    expect(parse([COMPLETED, error]).summary.failure).toBeNull()
    expect(parse([COMPLETED, '{"type":"turn.started"}']).summary.complete).toBe(false)
  })

  test('a run that was killed is not complete, and its call stays open', () => {
    const { events, summary } = parseRecorded('killed')
    expect(summary).toMatchObject({ complete: false, failure: null, turns: 1, usage: { inputTokens: null } })
    expect(events.map(({ type }) => type)).toEqual(['turn.started', 'message.received', 'tool.called', 'turn.finished'])
  })

  test("complaints are the CLI's own words, never a tool's", () => {
    const { summary } = parse([
      'Reading additional input from stdin...',
      '2026-11-21T12:40:39.798303Z ERROR codex_core::tools::router: error=apply_patch verification failed: Expected',
      'rate limit exceeded',
      '2026-11-21T12:40:39.8Z ERROR codex_api::endpoint: failed to connect',
      item('completed', command('item_1', { aggregated_output: 'usage limit', exit_code: 1, status: 'failed' })),
      '{"type":"item.completed","item":{"aggregated_output":"invalid api key',
      'invalid api key"}}',
      'thread panicked',
    ])
    expect(summary.complaints).toEqual([
      'Reading additional input from stdin...',
      '2026-11-21T12:40:39.8Z ERROR codex_api::endpoint: failed to connect',
      'thread panicked',
    ])
    expect(summary.lines).toEqual({ read: 8, stray: 7 })
  })
})

describe('items', () => {
  test('that were never started are called and returned at once', () => {
    const { events } = parse([
      item('completed', { type: 'file_change', changes: [{ path: 'a', kind: 'add' }], status: 'failed' }),
    ])
    expect(events.slice(1, 3)).toMatchObject([
      { type: 'tool.called', name: 'file_change', arguments: { changes: [{ path: 'a', kind: 'add' }] } },
      { type: 'tool.returned', content: 'add a', isError: true },
    ])
  })

  test('of a plan are a call for every change of it', () => {
    const plan = (completed: boolean) => ({ type: 'todo_list', items: [{ text: 'look', completed }] })
    const { events } = parse([item('started', plan(false)), item('updated', plan(true)), item('completed', plan(true))])
    expect(events.flatMap((event) => (event.type === 'tool.called' ? [event.arguments] : []))).toEqual([
      { items: [{ text: 'look', completed: false }] },
      { items: [{ text: 'look', completed: true }] },
    ])
  })

  test('of a kind that is not known are calls, too', () => {
    const { events } = parse([item('completed', { type: 'teleport', to: 'Mars', status: 'completed' })])
    expect(events[1]).toMatchObject({ type: 'tool.called', name: 'teleport', arguments: { to: 'Mars' } })
  })

  test('are cut where they are long', () => {
    const output = 'x'.repeat(16_001)
    const { events } = parse([item('completed', command('item_1', { aggregated_output: output, exit_code: 0 }))])
    expect(events[2]).toMatchObject({ type: 'tool.returned', truncated: true, content: output.slice(1) })
  })

  test('a command that goes on while the model does belongs to the turn that began it', () => {
    const { events, summary } = parse(
      [
        item('started', command('item_1')),
        item('completed', { type: 'agent_message', text: 'It runs.' }),
        item('completed', command('item_1', { exit_code: 0, status: 'completed' })),
      ],
      5,
    )
    expect(summary.turns).toBe(2)
    expect(events[0]).toEqual({ type: 'turn.started', turn: 1, maxTurns: 5 })
    expect(events.filter(({ type }) => type === 'tool.returned')).toHaveLength(1)
  })
})

describe('whatever comes', () => {
  const garbage = fc.oneof(
    fc.constantFrom(
      '{',
      '{"type":"item.completed"',
      '{"type":"item.completed","item":null}',
      '[1]',
      '{"type":7}',
      '\u0000',
    ),
    fc
      .record({ type: fc.constantFrom('x.y', 'plan.delta'), item: fc.jsonValue() })
      .map((value) => JSON.stringify(value)),
  )
  const kinds = ['agent_message', 'reasoning', 'command_execution', 'file_change', 'mcp_tool_call', 'collab_tool_call']
  const event = fc.record(
    {
      type: fc.constantFrom(
        'thread.started',
        'item.started',
        'item.updated',
        'item.completed',
        'turn.completed',
        'turn.failed',
        'error',
      ),
      thread_id: fc.jsonValue(),
      message: fc.jsonValue(),
      error: fc.jsonValue(),
      usage: fc.oneof(fc.jsonValue(), fc.record({ input_tokens: fc.double(), output_tokens: fc.integer() })),
      item: fc.record(
        {
          id: fc.oneof(fc.constantFrom('item_0', 'item_1'), fc.jsonValue()),
          type: fc.oneof(fc.constantFrom(...kinds, 'web_search', 'todo_list', 'plan', 'error'), fc.jsonValue()),
          text: fc.jsonValue(),
          arguments: fc.jsonValue(),
          result: fc.oneof(fc.jsonValue(), fc.record({ content: fc.array(fc.jsonValue()) })),
          error: fc.jsonValue(),
          changes: fc.jsonValue(),
          agents_states: fc.jsonValue(),
          aggregated_output: fc.jsonValue(),
          exit_code: fc.jsonValue(),
          status: fc.jsonValue(),
        },
        { requiredKeys: [] },
      ),
    },
    { requiredKeys: ['type'] },
  )
  parserSuite({
    create: createCodexParser,
    // A last line, so that something stands behind all others.
    streams: ['solve', 'tools', 'helper', 'no-websocket', 'rate-limit'].map((name) => [...recorded(name), '']),
    strays: { garbage: garbage.filter((text) => !isEvent(text)) },
    shapes: event,
  })
})

/** Whether a line of the generator happens to be one that means something. */
function isEvent(text: string): boolean {
  return /"(thread|turn|item)\.|"error"/.test(text) && !text.includes('"item":null') && text.trimEnd().endsWith('}')
}
