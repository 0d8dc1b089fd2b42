import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseLines, parserSuite, type Parsed } from '../../../../test/support/parser-suite.ts'
import { recordedLines } from '../../../../test/support/recorded-logs.ts'
import type { TrialEventBody } from '../../../contract/events.ts'
import { createClaudeCodeParser } from './claude-code.ts'

describe('recorded runs', () => {
  it('tells turns once per message, texts, thoughts, calls and answers in order, and the totals of the result', () => {
    const { events, summary } = parse(recorded('solve'))
    expect(brief(events)).toEqual([
      'turn 1/9',
      'thought: Let me look.',
      'usage 130 100 null null',
      'said: I will look at the folder.',
      'called toolu_01 Bash',
      'called toolu_02 Bash',
      'returned toolu_01 ok one\ntwo\n1',
      'returned toolu_02 failed Exit code 3',
      'end of turn 1',
      'turn 2/9',
      'said: Now write the file.',
      'usage 260 200 null null',
      'called toolu_03 Write',
      'returned toolu_03 ok File created successfully at: /app/out.txt (file state is current in your context — no need to Read it back)',
      'end of turn 2',
      'turn 3/9',
      'called toolu_04 Read',
      'usage 390 300 null null',
      'returned toolu_04 ok [image image/png]',
      'end of turn 3',
      'turn 4/9',
      'thought: All done now.',
      'usage 520 400 null null',
      'said: Done.',
      'said: The file is written.',
      'usage 520 400 206 0.0036299999999999995',
      'end of turn 4',
    ])
    expect(summary).toMatchObject({ turns: 4, complete: true, failure: null, complaints: [], version: '2.1.197' })
    expect(summary).toMatchObject({ model: 'claude-sonnet-4-5', sessionId: '00000000-0000-4000-8000-000000000001' })
    expect(summary.lines).toEqual({ read: 18, stray: 0 })
  })

  it('keeps subagents apart: no turns of theirs, their calls under the call that started them, their tokens counted', () => {
    const { events, summary } = parse(recorded('subagent'))
    const called = events.filter((event) => event.type === 'tool.called')
    expect(called.map(({ callId, parentCallId }) => [callId, parentCallId])).toEqual([
      ['toolu_11', undefined],
      ['toolu_12', undefined],
      ['toolu_sA', 'toolu_11'],
      ['toolu_sB', 'toolu_12'],
    ])
    expect(brief(events).filter((line) => line.startsWith('said'))).toEqual([
      'said: I delegate.',
      'said: Both are back.',
    ])
    expect(summary.turns).toBe(2)
    expect(summary.usage).toMatchObject({ inputTokens: 780, cachedTokens: 600, outputTokens: 303 })
  })

  it('knows a run that ended at its turns', () => {
    const { summary } = parse(recorded('turns'))
    const message = 'Reached maximum number of turns (2)'
    expect(summary).toMatchObject({
      complete: true,
      turns: 2,
      failure: { kind: 'error_max_turns', message, status: null },
    })
  })

  it('knows a call of the API that failed by is_error, though the subtype is success', () => {
    const rate = parse(recorded('rate')).summary
    expect(rate.failure).toMatchObject({ kind: 'rate_limit', status: 429 })
    expect(rate.failure?.message).toMatch(/^API Error: Request rejected \(429\)/)
    expect(rate.complaints.join('\n')).toContain('"api_error_status":429')
    expect(rate.turns).toBe(0)
    expect(parse(recorded('auth')).summary.failure).toMatchObject({ kind: 'authentication_failed', status: 401 })
  })

  it('says what is known of a run that was cut off, and that it is not all', () => {
    const lines = recorded('solve').slice(0, -1)
    const { events, summary } = parse([...lines, '{"type":"result","subtype":"succ'])
    expect(summary).toMatchObject({ complete: false, failure: null, turns: 4, complaints: [], lines: { stray: 1 } })
    expect(summary.usage).toEqual({ inputTokens: 520, cachedTokens: 400, outputTokens: null, costUsd: null })
    expect(events.at(-1)).toEqual({ type: 'turn.finished', turn: 4 })
  })
})

describe('what only some runs print', () => {
  it('answers of the vendor’s own tools, blocks without text, and odd arguments', () => {
    const { events } = parse([
      assistant('m1', [
        { type: 'server_tool_use', id: 's1', name: 'web_search', input: 'plain' },
        {
          type: 'web_search_tool_result',
          tool_use_id: 's1',
          content: { type: 'web_search_tool_result_error', error_code: 'x' },
        },
        { type: 'tool_use', id: 'c1', name: 'Read' },
      ]),
      user([{ type: 'tool_result', tool_use_id: 'c1', content: [{ type: 'text', text: 'a' }, { type: 'x' }, 'b'] }]),
      user([{ type: 'tool_result', tool_use_id: 'c1' }]),
    ])
    expect(brief(events)).toEqual([
      'turn 1/9',
      'called s1 web_search',
      'returned s1 failed {"type":"web_search_tool_result_error","error_code":"x"}',
      'called c1 Read',
      'returned c1 ok a\n{"type":"x"}\nb',
      'returned c1 ok ',
      'end of turn 1',
    ])
    const called = events.filter((event) => event.type === 'tool.called')
    expect(called.map((event) => event.arguments)).toEqual([{ input: 'plain' }, {}])
  })

  it('cuts long answers and says so', () => {
    const { events } = parse([user([{ type: 'tool_result', tool_use_id: 'c', content: 'x'.repeat(16_001) }])])
    expect(events).toMatchObject([{ type: 'tool.returned', truncated: true, content: 'x'.repeat(16_000) }])
  })

  it('hooks before the beginning, retries, limits, compaction, a new conversation, and types that nobody knows', () => {
    const { events, summary } = parse([
      { type: 'system', subtype: 'hook_started' },
      { type: 'system', subtype: 'init', session_id: 'a', model: 'm', claude_code_version: '9' },
      { type: 'system', subtype: 'api_retry', attempt: 2, max_retries: 10, retry_delay_ms: 1100, error_status: 529 },
      { type: 'system', subtype: 'api_retry', attempt: 3, max_retries: 10, error_status: null, error: 'unknown' },
      { type: 'rate_limit_event', rate_limit_info: { status: 'allowed_warning' } },
      { type: 'rate_limit_event', rate_limit_info: { status: 'rejected', rateLimitType: 'five_hour' } },
      assistant('m1', [{ type: 'text', text: 'hi' }]),
      { type: 'system', subtype: 'compact_boundary', compact_metadata: { pre_tokens: 1000 } },
      { type: 'conversation_reset', new_conversation_id: 'b' },
      { type: 'something_new', message: 5 },
    ])
    expect(brief(events)).toEqual([
      'warning: API error 529: attempt 2 of 10 in 2 s',
      'warning: API error (no answer): attempt 3 of 10',
      'warning: usage limit reached: five_hour',
      'turn 1/9',
      'said: hi',
      'system: The conversation was compacted at 1000 tokens.',
      'end of turn 1',
    ])
    expect(summary).toMatchObject({ sessionId: 'b', model: 'm', version: '9', failure: null })
  })

  it('says nothing of the instruction, and what else is put in between', () => {
    const { events } = parse([
      user('the instruction'),
      assistant('m1', [{ type: 'text', text: 'hi' }]),
      { ...user('the instruction'), isReplay: true },
      { ...user([{ type: 'text', text: 'prompt of a subagent' }]), parent_tool_use_id: 'c1' },
      user([{ type: 'text', text: 'words of a skill' }]),
    ])
    expect(brief(events)).toEqual(['turn 1/9', 'said: hi', 'user: words of a skill', 'end of turn 1'])
  })

  it('reads pieces only where the whole never came, and the output tokens that they know', () => {
    const { events, summary } = parse([
      piece({ type: 'message_start', message: { id: 'm1' } }),
      piece({ type: 'content_block_delta', delta: { type: 'text_delta', text: 'whole' } }),
      assistant('m1', [{ type: 'text', text: 'whole' }], { input_tokens: 1, output_tokens: 1 }),
      piece({ type: 'message_delta', usage: { output_tokens: 70 } }),
      assistant('m1', [{ type: 'text', text: 'more' }], { input_tokens: 1, output_tokens: 1 }),
      piece({ type: 'message_start', message: { id: 'm2' } }),
      piece({ type: 'content_block_delta', delta: { type: 'thinking_delta', thinking: 'hm' } }),
      piece({ type: 'content_block_delta', delta: { type: 'text_delta', text: 'cut o' } }),
    ])
    expect(brief(events)).toEqual([
      'turn 1/9',
      'said: whole',
      'usage 1 0 null null',
      'usage 1 0 70 null',
      'said: more',
      'end of turn 1',
      'turn 2/9',
      'said: cut o',
      'end of turn 2',
    ])
    expect(summary.usage.outputTokens).toBe(70)
  })

  it('keeps complaints free of what the model wrote and tools printed', () => {
    const { summary } = parse([
      'curl: (6) Could not resolve host',
      '{"type":"assistant","message":{"content":[{"type":"text","text":"rate limit',
      assistant('m1', [{ type: 'text', text: 'API Error: Overloaded' }]),
      user([{ type: 'tool_result', tool_use_id: 'c1', content: 'too many requests', is_error: true }]),
      { type: 'error', error: { message: 'lost', status: 500 } },
      {
        type: 'result',
        subtype: 'error_during_execution',
        errors: ['broken', { code: 1 }],
        permission_denials: [{ tool_input: { command: 'secret words' } }],
      },
    ])
    expect(summary.complaints).toEqual([
      'curl: (6) Could not resolve host',
      '{"type":"error","error":{"message":"lost","status":500}}',
      '{"type":"result","subtype":"error_during_execution","errors":["broken",{"code":1}]}',
    ])
    expect(summary.failure).toEqual({ kind: 'error_during_execution', message: 'broken\n{"code":1}', status: null })
  })

  it('adds up all models of a result, and falls back to what the lines said', () => {
    const models = { a: { inputTokens: 1, outputTokens: 2, cacheReadInputTokens: 4 }, b: { inputTokens: 8 }, c: 'x' }
    expect(parse([{ type: 'result', modelUsage: models, total_cost_usd: 0.5 }]).summary.usage).toEqual({
      inputTokens: 13,
      cachedTokens: 4,
      outputTokens: 2,
      costUsd: 0.5,
    })
    const spoken = assistant('m1', [], { input_tokens: 3, cache_read_input_tokens: 2, output_tokens: 9 })
    expect(parse([spoken, { type: 'result', total_cost_usd: -1 }]).summary.usage).toEqual({
      inputTokens: 5,
      cachedTokens: 2,
      outputTokens: null,
      costUsd: null,
    })
  })
})

describe('whatever comes', () => {
  const type = fc.constantFrom('assistant', 'user', 'result', 'system', 'stream_event', 'error', 'rate_limit_event')
  const block = fc.oneof(
    fc.jsonValue(),
    fc.record({
      type: fc.constantFrom('text', 'tool_use', 'tool_result', 'thinking'),
      id: fc.jsonValue(),
      tool_use_id: fc.constantFrom('a', 1),
      text: fc.jsonValue(),
      input: fc.jsonValue(),
      content: fc.jsonValue(),
    }),
  )
  const line = fc.record(
    {
      type,
      subtype: fc.constantFrom('init', 'success', 'error_x', 'api_retry', 'compact_boundary', 3),
      message: fc.oneof(
        fc.jsonValue(),
        fc.record({ id: fc.jsonValue(), content: fc.array(block), usage: fc.jsonValue() }),
      ),
      event: fc.jsonValue(),
      modelUsage: fc.jsonValue(),
      errors: fc.jsonValue(),
      parent_tool_use_id: fc.constantFrom(null, 'a', 7),
    },
    { requiredKeys: ['type'] },
  )
  parserSuite({
    create: createClaudeCodeParser,
    streams: [recorded('solve'), recorded('subagent')],
    strays: { garbage: fc.constantFrom('{"type":"assistant"', '[1]', 'null', 'npm warn x', '\u0000\u001b[31m') },
    shapes: line,
  })
})

function parse(lines: readonly (string | object)[]): Parsed {
  return parseLines(createClaudeCodeParser, lines, 9)
}

function recorded(name: string): readonly string[] {
  return recordedLines('claude-code', name)
}

function assistant(id: string, content: readonly unknown[], usage?: object): object {
  return { type: 'assistant', message: { id, role: 'assistant', model: 'm', content, usage }, parent_tool_use_id: null }
}

function user(content: unknown): object {
  return { type: 'user', message: { role: 'user', content }, parent_tool_use_id: null }
}

function piece(event: object): object {
  return { type: 'stream_event', event, parent_tool_use_id: null }
}

function brief(events: readonly TrialEventBody[]): string[] {
  return events.map((event) => {
    switch (event.type) {
      case 'turn.started':
        return `turn ${event.turn}/${event.maxTurns}`
      case 'turn.finished':
        return `end of turn ${event.turn}`
      case 'message.received':
        if (event.source !== 'agent') return `${event.source}: ${event.text}`
        return event.text === '' ? `thought: ${event.reasoning}` : `said: ${event.text}`
      case 'tool.called':
        return `called ${event.callId} ${event.name}`
      case 'tool.returned':
        return `returned ${event.callId} ${event.isError ? 'failed' : 'ok'} ${event.content}`
      case 'usage.updated': {
        const { inputTokens, cachedTokens, outputTokens, costUsd } = event.usage
        return `usage ${inputTokens} ${cachedTokens} ${outputTokens} ${costUsd}`
      }
      case 'warning.raised':
        return `warning: ${event.message}`
      default:
        return event.type
    }
  })
}
