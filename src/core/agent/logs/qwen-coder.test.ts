import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { brief, callIds, parseLines, parserSuite, type Parsed } from '../../../../test/support/parser-suite.ts'
import { recordedLines } from '../../../../test/support/recorded-logs.ts'
import { classifyFailure } from '../failure/classify.ts'
import { createQwenCoderParser } from './qwen-coder.ts'

/** Streams of Qwen Code 0.24.4 against a local server, both of its outputs in one. */
const recorded = (name: string): readonly string[] => recordedLines('qwen-coder', name, 'qwen-code.txt')

const parse = (lines: readonly string[], maxTurns: number | null = null): Parsed =>
  parseLines(createQwenCoderParser, lines, maxTurns)

const line = (
  type: 'assistant' | 'user',
  content: unknown,
  { parent = null, tokens = 0 }: { readonly parent?: string | null; readonly tokens?: number } = {},
): string =>
  JSON.stringify({
    type,
    parent_tool_use_id: parent,
    message: { content, usage: { input_tokens: tokens, output_tokens: tokens } },
  })
const call = (id: string): Record<string, unknown> => ({ type: 'tool_use', id, name: 'agent', input: {} })
const answer = (id: string, content: unknown = 'ok'): Record<string, unknown> => ({
  type: 'tool_result',
  tool_use_id: id,
  content,
})

describe('a whole run', () => {
  test('is told turn by turn', () => {
    const { events, summary } = parse(recorded('solve'), 5)
    expect(brief(events)).toEqual([
      '1 turn.started, 1 message.received, 1 tool.called, 1 tool.called, usage.updated, tool.returned, tool.returned, 1 turn.finished',
      '2 turn.started, 2 tool.called, usage.updated, tool.returned, 2 turn.finished',
      '3 turn.started, 3 message.received, usage.updated, usage.updated, 3 turn.finished',
    ])
    expect(events[1]).toMatchObject({ text: 'Let me look.', reasoning: 'I should look first.' })
    expect(events[4]).toMatchObject({ usage: { inputTokens: 1000, cachedTokens: 600, outputTokens: 20 } })
    expect(summary).toMatchObject({
      usage: { inputTokens: 3300, cachedTokens: 2100, outputTokens: 60, costUsd: null },
      turns: 3,
      complete: true,
      failure: null,
      version: '0.24.4',
      model: 'qwen3-coder',
    })
  })

  test('with a subagent in the background has its tokens in the end, and as many turns as it says', () => {
    const lines = recorded('tools')
    const { events, summary } = parse(lines)
    expect(lines.at(-1)).toContain(`"num_turns":${summary.turns}`)
    expect(summary.usage).toEqual({ inputTokens: 1810, cachedTokens: 200, outputTokens: 40, costUsd: null })
    expect(events.filter((event) => event.type === 'tool.returned' && event.isError)).toHaveLength(3)
  })

  test('goes on after its connection broke', () => {
    const { summary } = parse(recorded('mended'))
    expect(summary).toMatchObject({ failure: null, complete: true, turns: 2 })
  })
})

describe('what it failed of', () => {
  test.each([
    ['refused-key', 'AgentAuthenticationError', 401],
    ['no-model', 'ModelNotFoundError', 404],
  ])('%s', (name, type, status) => {
    const { summary } = parse(recorded(name))
    expect(summary).toMatchObject({ failure: { kind: 'error_during_execution', status }, complete: true })
    expect(summary.usage.inputTokens).toBeNull()
    expect(classifyFailure({ exitCode: 1, summary })?.type).toBe(type)
  })

  test('is told while it waits for a minute', () => {
    const { events, summary } = parse(recorded('rate-limit'))
    expect(events).toEqual([
      {
        type: 'warning.raised',
        message:
          'qwen-coder: Retrying in 60s (attempt 1/10): [API Error: 429 Rate limit reached for requests per min. ' +
          'Please try again in 1s.]',
        hint: null,
      },
    ])
    expect(summary.complete).toBe(false)
    expect(classifyFailure({ exitCode: 1, summary })?.type).toBe('ApiRateLimitError')
  })

  test('is nothing where it came to its limit of turns, which it tells in plain words', () => {
    const { summary } = parse(recorded('max-turns'))
    expect(summary).toMatchObject({ failure: { kind: 'max_turns' }, complete: true, turns: 1 })
    expect(classifyFailure({ exitCode: 53, summary })).toBeNull()
  })
})

describe('lines', () => {
  test('of a subagent make no turns, and know the call that they belong to', () => {
    const { events, summary } = parse([
      line('assistant', [call('a')], { tokens: 1 }),
      line('assistant', [{ type: 'thinking', thinking: 'hm' }, call('b')], { parent: 'a', tokens: 2 }),
      line('user', [answer('b')], { parent: 'a' }),
      line('assistant', [{ type: 'text', text: 'four' }], { parent: 'a', tokens: 3 }),
      line('user', [answer('a')]),
    ])
    expect(summary.turns).toBe(1)
    expect(summary.usage.inputTokens).toBe(6)
    expect(events.filter((event) => 'parentCallId' in event)).toEqual([
      { type: 'message.received', turn: 1, source: 'agent', text: '', reasoning: 'hm', parentCallId: 'a' },
      { type: 'tool.called', turn: 1, callId: 'b', name: 'agent', arguments: {}, parentCallId: 'a' },
      { type: 'message.received', turn: 1, source: 'agent', text: 'four', reasoning: null, parentCallId: 'a' },
    ])
  })

  test('of two answers of the model without a tool between them are two turns', () => {
    const said = (text: string): string => line('assistant', [{ type: 'text', text }], { tokens: 1 })
    const { summary } = parse([said('one'), line('user', [{ type: 'text', text: 'go on' }]), said('two')])
    expect(summary.turns).toBe(2)
  })

  test('with answers in blocks have their text', () => {
    const { events } = parse([
      line('assistant', [call('a')]),
      line('user', [answer('a', [{ type: 'text', text: 'one' }, { type: 'image' }, { type: 'text', text: 'two' }])]),
    ])
    expect(events.find(({ type }) => type === 'tool.returned')).toMatchObject({ content: 'one\ntwo' })
  })

  test('that are pieces of events are no complaint', () => {
    const { summary } = parse(['{"type":"user","message":{"content":"401 Unauth', 'plain', '  '])
    expect(summary.complaints).toEqual(['plain'])
    expect(summary.lines).toEqual({ read: 2, stray: 2 })
  })
})

describe('whatever comes', () => {
  const IDS = ['a', 'b', 'c']
  const type = fc.constantFrom('system', 'assistant', 'user', 'result')
  const block = fc.dictionary(
    fc.constantFrom('type', 'text', 'thinking', 'id', 'name', 'input', 'tool_use_id', 'content', 'is_error'),
    fc.oneof(fc.jsonValue(), fc.constantFrom('text', 'thinking', 'tool_use', 'tool_result')),
  )
  const fields = fc.record({
    subtype: fc.jsonValue(),
    is_error: fc.boolean(),
    error: fc.jsonValue(),
    parent_tool_use_id: fc.option(fc.string()),
    message: fc.oneof(fc.jsonValue(), fc.record({ content: fc.array(block), usage: fc.jsonValue() })),
  })
  parserSuite({
    create: createQwenCoderParser,
    streams: [['solve', 'tools', 'refused-key', 'rate-limit', 'max-turns'].flatMap((name) => recorded(name))],
    strays: {
      garbage: fc.constantFrom('[]', 'null', '{}'),
      kept: {
        lines: IDS.flatMap((id) => [line('assistant', [call(id)], { tokens: 1 }), line('user', [answer(id)])]),
        told: ({ events, summary: { turns, usage } }) => [callIds(events), turns, usage.inputTokens],
        expected: [IDS, 3, 3],
      },
    },
    shapes: fc.tuple(type, fields).map(([kind, more]) => ({ ...more, type: kind })),
  })
})
