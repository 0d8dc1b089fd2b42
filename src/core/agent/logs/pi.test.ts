import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { brief, parseLines, parserSuite, type Parsed } from '../../../../test/support/parser-suite.ts'
import { recordedLines } from '../../../../test/support/recorded-logs.ts'
import { createPiParser } from './pi.ts'

/** Streams of pi 0.87.1 against a local server, without the updates that the command leaves out. */
const recorded = (name: string): readonly string[] => recordedLines('pi', name)

const parse = (lines: readonly string[], maxTurns: number | null = null): Parsed =>
  parseLines(createPiParser, lines, maxTurns)

const END = (message: Record<string, unknown>): string => JSON.stringify({ type: 'message_end', message })
const TURN = '{"type":"turn_start"}'

describe('a whole run', () => {
  test('is told turn by turn', () => {
    const { events, summary } = parse(recorded('two-calls'))
    expect(brief(events)).toEqual([
      '1 turn.started, 1 message.received, 1 tool.called, 1 tool.called, usage.updated, tool.returned, tool.returned, 1 turn.finished',
      '2 turn.started, 2 message.received, usage.updated, 2 turn.finished',
    ])
    expect(events[5]).toMatchObject({
      isError: true,
      content: "ENOENT: no such file or directory, access '/nonexistent'",
      durationMs: null,
    })
    expect(summary).toEqual({
      sessionId: '01a1fe2a-379a-7241-9ec3-aae34bc5d808',
      version: null,
      model: 'two',
      lines: { read: 26, stray: 0 },
      complaints: [],
      // As Harbor counts: with what the cache gave and took.
      usage: { inputTokens: 4000, cachedTokens: 1000, outputTokens: 84, costUsd: null },
      turns: 2,
      failure: null,
      complete: true,
    })
  })

  test('is told with its thoughts', () => {
    const said = parse(recorded('solved')).events.filter((event) => event.type === 'message.received')
    expect(said.map(({ text, reasoning }) => [text, reasoning])).toEqual([
      ['I will create the file.', 'The user wants a file.'],
      ['Done: hello.txt is written.', null],
    ])
  })

  test('costs what its answers cost', () => {
    const answer = (total: number) =>
      END({ role: 'assistant', content: 'x', usage: { input: 3, output: 1, cost: { total } } })
    expect(parse([TURN, answer(0.25), answer(0.5)]).summary.usage).toEqual({
      inputTokens: 6,
      cachedTokens: 0,
      outputTokens: 2,
      costUsd: 0.75,
    })
  })

  test('that is cut off is not complete', () => {
    const whole = recorded('solved')
    expect(parse(whole.slice(0, -2)).summary).toMatchObject({ complete: false, turns: 2 })
  })
})

describe('what went wrong', () => {
  test('is said by the last answer, for it exits with 0', () => {
    expect(parse(recorded('refused-key')).summary).toMatchObject({
      failure: { kind: 'error', status: 401 },
      complaints: [expect.stringContaining('authentication_error')],
      usage: { inputTokens: null, costUsd: null },
    })
  })

  test('is tried again and told', () => {
    const { events, summary } = parse(recorded('rate-limited'))
    const warnings = events.filter((event) => event.type === 'warning.raised')
    expect(warnings.map(({ message }) => message.slice(0, 35))).toEqual([
      'pi tries again, attempt 1 of 3: 429',
      'pi tries again, attempt 2 of 3: 429',
      'pi tries again, attempt 3 of 3: 429',
    ])
    expect(summary).toMatchObject({ turns: 4, failure: { status: 429 } })
  })

  test('is forgotten when the next attempt succeeds', () => {
    const failed = END({ role: 'assistant', content: [], stopReason: 'error', errorMessage: 'terminated' })
    const done = END({ role: 'assistant', content: [{ type: 'text', text: 'x' }], stopReason: 'stop' })
    expect(parse([TURN, failed, TURN, done]).summary).toMatchObject({ failure: null, complaints: ['terminated'] })
  })

  test('is not the limit of turns, whose last begins no turn', () => {
    expect(parse(recorded('turn-limit'), 1).summary).toMatchObject({ turns: 1, failure: { kind: 'max_turns' } })
    expect(parse(recorded('turn-limit')).summary).toMatchObject({ turns: 2, failure: { kind: 'aborted' } })
  })

  test('is neither what a tool printed nor a model that is new', () => {
    const cut = recorded('solved').flatMap((text) => [text.slice(0, -5), text.slice(9)])
    const warning =
      '\u001B[33mWarning: Model "new" not found for provider "anthropic". Using custom model id.\u001B[39m'
    expect(parse([...cut, warning]).summary.complaints).toEqual([])
    expect(parse(['\u001B[31mError: No API key\u001B[39m']).summary.complaints).toEqual(['Error: No API key'])
  })
})

describe('single lines', () => {
  test('are enough for a call and its answer', () => {
    const { events } = parse([
      TURN,
      '{"type":"tool_execution_start","toolCallId":"c","toolName":"bash","args":{"command":"ls"}}',
      END({ role: 'assistant', content: [{ type: 'toolCall', id: 'c', name: 'bash', arguments: {} }] }),
      END({ role: 'toolResult', toolCallId: 'c', content: [{ type: 'image', mimeType: 'image/png' }], isError: false }),
      '{"type":"tool_execution_end","toolCallId":"c","result":{"content":[]},"isError":true}',
    ])
    expect(events.slice(1, -1)).toEqual([
      { type: 'tool.called', turn: 1, callId: 'c', name: 'bash', arguments: { command: 'ls' } },
      {
        type: 'tool.returned',
        callId: 'c',
        content: '[image/png]',
        isError: false,
        truncated: false,
        durationMs: null,
      },
    ])
  })
})

parserSuite({
  create: createPiParser,
  streams: [recorded('two-calls')],
  strays: {
    garbage: fc.constantFrom(
      '{"type":"message_end"}',
      '{"type":"tool_execution_end","result":[]}',
      '{"type":7}',
      '[]',
      '{',
    ),
  },
})
