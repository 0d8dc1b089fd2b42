import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { brief, parseLines, parserSuite, type Parsed } from '../../../../test/support/parser-suite.ts'
import { recordedLines } from '../../../../test/support/recorded-logs.ts'
import { through, troubleAfter } from '../../../../test/support/trouble.ts'
import { createOpencodeParser } from './opencode.ts'

/** Streams of opencode 1.18.33 against a local server, both of its outputs in one. */
const recorded = (name: string): readonly string[] => recordedLines('opencode', name)

const parse = (lines: readonly string[], maxTurns: number | null = null): Parsed =>
  parseLines(createOpencodeParser, lines, maxTurns)

const line = (type: string, part: Record<string, unknown>): string =>
  JSON.stringify({ type, timestamp: 1, sessionID: 'ses_1', part: { messageID: 'msg_1', ...part } })

/** Of its own log, too. */
const TITLE =
  'timestamp=2026-11-21T16:30:21.902Z level=ERROR run=0c7b8977 message="stream error" providerID=t modelID=gpt-5 ' +
  'session.id=ses_e010e909effemtcGxoaiJIIA9I small=true agent=title mode=primary ' +
  'error.error="AI_RetryError: Failed after 3 attempts. Last error: The engine is currently overloaded, please try again later"'

const START = line('step_start', { id: 'p1', type: 'step-start' })
const tool = (id: string, state: Record<string, unknown>): string =>
  line('tool_use', { id, type: 'tool', tool: 'bash', callID: `call_${id}`, state })
const finish = (id: string, more: Record<string, unknown> = {}): string =>
  line('step_finish', { id, type: 'step-finish', reason: 'stop', ...more })

describe('a whole run', () => {
  test('is told turn by turn', () => {
    const { events, summary } = parse(recorded('solved'), 9)
    expect(brief(events)).toEqual([
      '1 turn.started, 1 message.received, 1 tool.called, tool.returned, 1 tool.called, tool.returned, usage.updated, 1 turn.finished',
      '2 turn.started, 2 message.received, usage.updated, 2 turn.finished',
    ])
    expect(events[0]).toEqual({ type: 'turn.started', turn: 1, maxTurns: 9 })
    expect(events[1]).toMatchObject({ text: 'I will create the file.', reasoning: 'The user wants a file.' })
    expect(events[3]).toMatchObject({ content: 'File not found: /nonexistent', isError: true, durationMs: 24 })
    expect(events[5]).toMatchObject({ content: 'Hello, world!\n', isError: false, truncated: false, durationMs: 108 })
    expect(summary).toEqual({
      sessionId: 'ses_e01d8d634ffeyeP8BCRPBwlRtV',
      version: null,
      model: null,
      lines: { read: 9, stray: 0 },
      complaints: [],
      // As Harbor counts: with what the cache gave, without what it took; what costs nothing has no known price.
      usage: { inputTokens: 3400, cachedTokens: 1000, outputTokens: 84, costUsd: null },
      turns: 2,
      failure: null,
      complete: true,
    })
  })

  test('costs what its steps cost', () => {
    const { summary } = parse([START, finish('a', { cost: 0.25 }), finish('b', { messageID: 'msg_2', cost: 0.5 })])
    expect(summary).toMatchObject({ turns: 2, usage: { inputTokens: 0, costUsd: 0.75 } })
  })
})

describe('a broken connection', () => {
  test('is no turn of its own, and what is said anew is told once', () => {
    const { events, summary } = parse(recorded('retried'))
    expect(summary).toMatchObject({ turns: 2, complete: false, failure: null })
    const said = events.filter((event) => event.type === 'message.received')
    expect(said.map(({ text }) => text)).toEqual(['I will create the file.', 'I will now'])
  })

  test('is over when an answer begins, however long the tool takes that it calls', () => {
    const lines = recorded('overcome')
    expect(troubleAfter(createOpencodeParser, through(lines, 'stream error'))).toEqual([
      'opencode: stream error: AI_APICallError: The engine is currently overloaded, please try again later',
    ])
    const called = through(lines, 'Slow now.')
    expect(troubleAfter(createOpencodeParser, called)).toEqual([])
    expect(troubleAfter(createOpencodeParser, through(called, 'step_start'))).toEqual([])
    // A language server that cannot be fetched keeps nobody waiting, and the model is asked for a title beside the run.
    const other = 'timestamp=2026-11-21T16:30:21.902Z level=ERROR run=1 message="lsp failed" error="Unable to connect"'
    expect(troubleAfter(createOpencodeParser, [...called, other])).toEqual([])
    expect(troubleAfter(createOpencodeParser, [...called, TITLE])).toEqual([])
    expect(troubleAfter(createOpencodeParser, lines)).toEqual([])
  })

  test('is over when the same answer begins anew', () => {
    const lines = recorded('retried')
    const error = recorded('overcome').filter((text) => text.includes('stream error'))
    const at = lines.findLastIndex((text) => text.includes('step_start'))
    const broken = [...lines.slice(0, at), ...error]
    const again = [...broken, ...lines.slice(at, at + 1)]
    expect(troubleAfter(createOpencodeParser, broken)).toHaveLength(1)
    expect(troubleAfter(createOpencodeParser, again)).toEqual([])
    expect(troubleAfter(createOpencodeParser, [...again, ...error])).toHaveLength(1)
  })

  test('is told as it is in its own log', () => {
    const { events, summary } = parse(recorded('rate-limited'))
    expect(events).toEqual([
      {
        type: 'warning.raised',
        message:
          'opencode: stream error: AI_APICallError: This request would exceed the rate limit for your organization',
        hint: null,
      },
    ])
    expect(summary).toMatchObject({ turns: 0, complete: false, usage: { inputTokens: null } })
    expect(summary.complaints).toHaveLength(3)
    // That its list of models cannot be had is no cause of anything.
    expect(summary.complaints.join('\n')).not.toContain('Unable to connect')
  })
})

describe('what went wrong', () => {
  test('is an error with its status', () => {
    expect(parse(recorded('refused-key')).summary).toMatchObject({
      failure: { kind: 'APIError', message: 'invalid x-api-key', status: 401 },
      complaints: [expect.stringMatching(/^APIError: HTTP 401: invalid x-api-key: .*authentication_error/)],
      complete: true,
    })
  })

  test('is said by its own log where the error says nothing', () => {
    const { summary } = parse(recorded('unknown-model'))
    expect(summary.failure).toMatchObject({ kind: 'UnknownError', status: null })
    expect(summary.complaints.join('\n')).toContain('ProviderModelNotFoundError: Model not found: anthropic/nosuch.')
  })

  test('is no text of the model and no output of a tool', () => {
    const secretly = 'rate limit exceeded'
    const events = [START, line('text', { id: 't', type: 'text', text: secretly }), tool('u', { output: secretly })]
    const cut = events.flatMap((text) => [text, text.slice(0, -9), text.slice(20)])
    expect(parse(cut).summary.complaints).toEqual([])
    expect(parse([...cut, 'Error: no such thing']).summary.complaints).toEqual(['Error: no such thing'])
  })

  test('is a refusal that is a reason to stop', () => {
    expect(parse([START, finish('f', { reason: 'content-filter' })]).summary.complaints).toEqual([
      '"reason":"content-filter"',
    ])
  })
})

describe('single lines', () => {
  test('that are told again are told once', () => {
    const again = tool('t', { status: 'completed', input: {}, output: 'x' })
    const { events } = parse([START, again, finish('f'), again, START])
    expect(events.filter(({ type }) => type === 'tool.called')).toHaveLength(1)
    expect(events.filter(({ type }) => type === 'turn.started')).toHaveLength(2)
  })

  test('of a message long ago are told again, and none of a new one is lost', () => {
    const ofMessage = (number: number, id: string) =>
      line('tool_use', { id, messageID: `msg_${number}`, type: 'tool', callID: id, state: { output: '' } })
    const calls = Array.from({ length: 30 }, (_, number) => ofMessage(number, `p${number}`))
    const { events } = parse([
      ...calls,
      ofMessage(0, 'p0'),
      ofMessage(29, 'p29'),
      ofMessage(29, 'p30'),
      ofMessage(28, 'p31'),
    ])
    const told = events.filter((event) => event.type === 'tool.called').map(({ callId }) => callId)
    expect(told).toEqual(Array.from({ length: 32 }, (_, number) => `p${number}`))
  })

  test('may lack what they follow', () => {
    const { events } = parse([tool('t', { input: 'text', output: 'x' }), finish('f')])
    expect(events.map(({ type }) => type)).toEqual([
      'turn.started',
      'tool.called',
      'tool.returned',
      'usage.updated',
      'turn.finished',
    ])
    expect(events[1]).toMatchObject({ arguments: { value: 'text' } })
  })

  test('are cut where a tool says much', () => {
    const { events } = parse([START, tool('t', { output: 'x'.repeat(20_000) })])
    expect(events.at(-2)).toMatchObject({ type: 'tool.returned', truncated: true, content: 'x'.repeat(16_000) })
  })
})

/** Whether a line is a whole one under the format's names, and may be told. */
const isOfTheFormat = (text: string): boolean =>
  text.endsWith('}') && /"(?:step_|text|reasoning|tool_use|error)/.test(text)

parserSuite({
  create: createOpencodeParser,
  streams: [recorded('solved')],
  strays: {
    garbage: fc.constantFrom(
      '{"type":"tool_use"}',
      '{"type":"text","part":7}',
      '{"type":"other","sessionID":[]}',
      '[]',
      '{',
    ),
    told: ({ events, summary: { usage } }, strays) => ({
      usage,
      events: strays.some(isOfTheFormat) ? null : events.filter(({ type }) => type !== 'warning.raised'),
    }),
  },
})
