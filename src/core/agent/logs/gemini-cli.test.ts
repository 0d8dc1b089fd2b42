import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { brief, callIds, parseLines, parserSuite, type Parsed } from '../../../../test/support/parser-suite.ts'
import { recordedLines } from '../../../../test/support/recorded-logs.ts'
import { TrialEventBody } from '../../../contract/events.ts'
import { classifyFailure } from '../failure/classify.ts'
import { geminiCliAgent } from '../installed/gemini-cli.ts'
import { createGeminiCliParser } from './gemini-cli.ts'

/** Streams of Gemini CLI 0.61.0 against a local server, both of its outputs in one. */
const recorded = (name: string): readonly string[] => recordedLines('gemini-cli', name)

const parse = (lines: readonly string[], maxTurns: number | null = null): Parsed =>
  parseLines(createGeminiCliParser, lines, maxTurns)

const piece = (content: string): string => JSON.stringify({ type: 'message', role: 'assistant', content, delta: true })
const call = (id: string): string =>
  JSON.stringify({ type: 'tool_use', tool_name: 'run_shell_command', tool_id: id, parameters: { command: 'ls' } })
const answer = (id: string, more: Record<string, unknown> = {}): string =>
  JSON.stringify({ type: 'tool_result', tool_id: id, status: 'success', output: 'ok', ...more })
const result = (stats: Record<string, unknown>, more: Record<string, unknown> = {}): string =>
  JSON.stringify({ type: 'result', status: 'success', stats, ...more })

const STATS = { total_tokens: 115, input_tokens: 100, output_tokens: 10, cached: 40 }

describe('a whole run', () => {
  test('is told turn by turn', () => {
    const { events, summary } = parse(recorded('solve'), 5)
    expect(brief(events)).toEqual([
      '1 turn.started, 1 message.received, 1 tool.called, 1 tool.called, tool.returned, tool.returned, 1 turn.finished',
      '2 turn.started, 2 tool.called, tool.returned, 2 turn.finished',
      '3 turn.started, 3 message.received, usage.updated, 3 turn.finished',
    ])
    expect(events[0]).toEqual({ type: 'turn.started', turn: 1, maxTurns: 5 })
    expect(events[2]).toMatchObject({
      name: 'run_shell_command',
      arguments: { command: 'echo hello; echo 4 > out.txt' },
    })
    expect(summary).toMatchObject({
      usage: { inputTokens: 3300, cachedTokens: 2100, outputTokens: 60, costUsd: null },
      turns: 3,
      complete: true,
      failure: null,
      sessionId: '7aebfa5e-d797-4a73-98bc-9aab7278a67e',
      model: 'gemini-3-pro-preview',
    })
  })

  test('whose tools fail keeps their words out of what it complains of', () => {
    const { events, summary } = parse(recorded('tools'))
    const failed = events.filter((event) => event.type === 'tool.returned' && event.isError)
    expect(failed).toHaveLength(3)
    expect(failed[0]).toMatchObject({ content: 'File not found: /app/nope/missing.txt' })
    expect(summary.complaints.join('\n')).not.toMatch(/not found|Error executing/)
    expect(summary.usage).toEqual({ inputTokens: 1810, cachedTokens: 200, outputTokens: 40, costUsd: null })
  })
})

describe('what it failed of', () => {
  test.each([
    ['refused-key', 145, 'AgentAuthenticationError', { kind: 'unknown', status: 401 }],
    ['rate-limit', 173, 'ApiRateLimitError', { kind: 'unknown', status: 429 }],
    ['no-model', 1, 'ModelNotFoundError', { kind: 'unknown', status: 404 }],
    ['broken', 1, 'UnknownApiError', { kind: 'unknown', status: null }],
  ])('%s', (name, exitCode, type, failure) => {
    const { events, summary } = parse(recorded(name))
    expect(summary).toMatchObject({ failure, complete: true })
    const patterns = geminiCliAgent.errorPatterns ?? []
    expect(classifyFailure({ exitCode, summary, patterns })?.type).toBe(type)
    expect(events.every((event) => TrialEventBody.safeParse(event).success)).toBe(true)
  })

  test('is nothing where it came to its limit of turns', () => {
    const { summary } = parse(recorded('max-turns'))
    expect(summary.failure?.kind).toBe('FatalTurnLimitedError')
    expect(summary.usage.inputTokens).toBe(1000)
    expect(classifyFailure({ exitCode: 53, summary })).toBeNull()
  })

  test('is told while it tries again', () => {
    const warnings = parse(recorded('rate-limit')).events.filter(({ type }) => type === 'warning.raised')
    expect(warnings).toEqual([
      {
        type: 'warning.raised',
        message: 'gemini-cli: Attempt 1 failed with status 429. Retrying with backoff',
        hint: null,
      },
    ])
  })

  test('is the error before a result that names none', () => {
    const error = JSON.stringify({ type: 'error', severity: 'error', message: 'the answer was empty' })
    const { summary } = parse([error, result(STATS, { status: 'error' })])
    expect(summary.failure).toEqual({ kind: 'error', message: 'the answer was empty', status: null })
  })

  test('is nothing where it went on after an error', () => {
    const error = JSON.stringify({ type: 'error', severity: 'error', message: 'Maximum session turns exceeded' })
    const { events, summary } = parse([error, result(STATS)])
    expect(summary.failure).toBeNull()
    expect(brief(events)).toEqual(['warning.raised, usage.updated'])
  })

  test('an earlier status is not that of a later failure', () => {
    const retry = 'Attempt 1 failed with status 429. Retrying with backoff... Error'
    const failed = result(STATS, { status: 'error', error: { type: 'Error', message: 'it broke' } })
    expect(parse([retry, failed]).summary.failure?.status).toBe(429)
    expect(parse([retry, piece('Hi'), failed]).summary.failure?.status).toBeNull()
  })
})

describe('lines', () => {
  test('of one message are joined, and told before a call of the turn', () => {
    const { events } = parse([piece('Let me '), piece('look.'), call('a'), answer('a'), piece('Done.')])
    const messages = events.filter((event) => event.type === 'message.received')
    expect(messages.map(({ turn, text }) => [turn, text])).toEqual([
      [1, 'Let me look.'],
      [2, 'Done.'],
    ])
    expect(brief(events.slice(0, 3))).toEqual(['1 turn.started, 1 message.received, 1 tool.called'])
  })

  test('of a run that was cut off end it all the same, without numbers', () => {
    const { events, summary } = parse([piece('Let me'), call('a')])
    expect(brief(events.slice(-1))).toEqual(['1 turn.finished'])
    expect(summary).toMatchObject({ complete: false, failure: null, usage: { inputTokens: null, outputTokens: null } })
  })

  test('with long answers are cut', () => {
    const { events } = parse([call('a'), answer('a', { output: 'x'.repeat(16_001) })])
    expect(events.at(2)).toMatchObject({ type: 'tool.returned', truncated: true, content: 'x'.repeat(16_000) })
  })

  test('that a tool prints over several are nobody’s complaint, until the next event', () => {
    const { summary } = parse(['Error executing tool x: one', 'API Error: 401', answer('a'), 'own words'])
    expect(summary.complaints).toEqual(['own words'])
    expect(summary.lines).toEqual({ read: 4, stray: 3 })
  })

  test('count thoughts as output, and zeros as not measured', () => {
    expect(parse([result(STATS)]).summary.usage).toEqual({
      inputTokens: 100,
      cachedTokens: 40,
      outputTokens: 15,
      costUsd: null,
    })
    const nothing = result({ total_tokens: 0, input_tokens: 0, output_tokens: 0, cached: 0 })
    expect(parse([nothing]).summary.usage.inputTokens).toBeNull()
  })
})

describe('whatever comes', () => {
  const LINES = ['solve', 'tools', 'refused-key', 'rate-limit'].flatMap((name) => recorded(name))
  const IDS = ['a', 'b', 'c']
  const type = fc.constantFrom('init', 'message', 'tool_use', 'tool_result', 'error', 'result')
  const fields = fc.dictionary(
    fc.constantFrom('role', 'content', 'tool_id', 'parameters', 'output', 'status', 'error', 'stats', 'message'),
    fc.oneof(fc.jsonValue(), fc.constantFrom('assistant', 'error')),
  )
  parserSuite({
    create: createGeminiCliParser,
    streams: [LINES],
    strays: {
      garbage: fc.oneof(
        fc.constantFrom(...LINES),
        fc
          .record({ type: fc.constantFrom('none', ''), content: fc.anything() })
          .map((value) => JSON.stringify(value) ?? ''),
      ),
      kept: {
        lines: IDS.flatMap((id) => [call(id), answer(id)]),
        told: ({ events }) => callIds(events).filter((id) => IDS.includes(id)),
        expected: IDS,
      },
    },
    shapes: fc.tuple(type, fields).map(([kind, more]) => ({ ...more, type: kind })),
  })
})
