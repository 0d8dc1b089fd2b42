import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { brief, parseLines, parserSuite, type Parsed } from '../../../../test/support/parser-suite.ts'
import { recordedLines } from '../../../../test/support/recorded-logs.ts'
import { through, troubleAfter } from '../../../../test/support/trouble.ts'
import { classifyFailure } from '../failure/classify.ts'
import { createMiniSweAgentParser } from './mini-swe-agent.ts'

/** Printed by mini-swe-agent 2.4.6; the prompt and the boxes of the crash are shortened. */
const recorded = (name: string): readonly string[] => recordedLines('mini-swe-agent', name)

const read = (lines: readonly string[], maxTurns: number | null = null): Parsed =>
  parseLines(createMiniSweAgentParser, lines, maxTurns)

const RULE = '─'.repeat(80)
const step = (number: number, cost = '0.00'): readonly string[] => [
  RULE,
  '',
  `mini-swe-agent (step ${number}, $${cost}):`,
]

describe('a recorded run', () => {
  const { events, summary } = read(recorded('solve'), 9)

  test('becomes turns, messages, calls and their answers', () => {
    expect(brief(events)).toEqual([
      '1 turn.started, 1 message.received, 1 tool.called, tool.returned, 1 turn.finished',
      '2 turn.started, 2 message.received, 2 tool.called, 2 tool.called, tool.returned, tool.returned, 2 turn.finished',
      '3 turn.started, 3 message.received, 3 tool.called, tool.returned, 3 turn.finished',
    ])
    expect(events[0]).toEqual({ type: 'turn.started', turn: 1, maxTurns: 9 })
    expect(events[1]).toMatchObject({ text: 'I will look around first.', source: 'agent', reasoning: null })
    expect(events[2]).toMatchObject({
      name: 'bash',
      arguments: { command: String.raw`printf 'hello\nworld\n' > out.txt; ls` },
    })
    expect(events[3]).toMatchObject({
      callId: 'call_1_1',
      isError: false,
      content: '<returncode>\n0\n<output>\nout.txt',
    })
    expect(events[10]).toMatchObject({ callId: 'call_2_3', isError: true })
  })

  test('says how it ended', () => {
    expect(summary).toMatchObject({ turns: 3, complete: true, failure: null, version: '2.4.6' })
    expect(classifyFailure({ exitCode: 0, summary })).toBeNull()
  })
})

test('a crash is told by its last words, put together again', () => {
  const { summary } = read(recorded('rate-limited'))
  expect(summary.failure).toEqual({
    kind: 'RateLimitError',
    message:
      'RateLimitError: litellm.RateLimitError: RateLimitError: OpenAIException - Rate limit reached for requests',
    status: null,
  })
  expect(summary.complete).toBe(false)
  expect(summary.complaints.join('\n')).not.toContain('│')
  expect(classifyFailure({ exitCode: 1, summary })?.type).toBe('ApiRateLimitError')
})

describe('trouble with the service', () => {
  const lines = recorded('overcome')
  const stuck = (after: readonly string[]): readonly string[] => troubleAfter(createMiniSweAgentParser, after)

  test('is told with each attempt, and over when an answer begins, however long its command takes', () => {
    const troubled = stuck(through(lines, 'as it raised'))
    expect(troubled).toHaveLength(3)
    expect(troubled[2]).toMatch(
      /^mini-swe-agent: Retrying <unknown> in 4 seconds as it raised RateLimitError: litellm\./,
    )
    expect(stuck(through(lines, 'mini-swe-agent (step 2'))).toEqual([])
    expect(stuck(through(lines, 'sleep 3'))).toEqual([])
    expect(stuck(lines)).toEqual([])
  })

  test('is none in what a tool printed, below a rule of its own', () => {
    expect(stuck(through(lines, 'litellm.RateLimitError: too many requests'))).toEqual([])
    const { summary } = read([...through(lines, 'too many requests'), '', RULE, ...CRASH])
    expect(summary.complaints).toContain('ValueError: no')
    expect(summary.complaints.join('\n')).not.toContain('too many requests')
    expect(classifyFailure({ exitCode: 1, summary })?.type).toBe('NonZeroAgentExitCodeError')
  })

  test('stands in a line that is longer than any that a tool could have printed', () => {
    const notice = 'Retrying <unknown> in 4 seconds as it raised Timeout: '
    const wide = '\u200b'.repeat(80)
    expect(stuck([RULE, `${notice}${'x'.repeat(40)}`])).toHaveLength(1)
    expect(stuck([RULE, notice])).toEqual([])
    expect(stuck([RULE, `${notice}${wide}`])).toEqual([])
    expect(stuck([`${notice}${'x'.repeat(40)}`])).toEqual([])
  })
})

const CRASH = ['╭── Traceback ──╮', '│ x │', '╰──╯', 'ValueError: no']

test('cents are shown while it runs and are no totals', () => {
  const { events, summary } = read([...step(1), 'a', ...step(2, '0.25'), 'b'])
  const usage = { inputTokens: null, cachedTokens: null, outputTokens: null, costUsd: 0.25 }
  expect(events.filter(({ type }) => type === 'usage.updated')).toEqual([{ type: 'usage.updated', usage }])
  expect(summary.usage.costUsd).toBeNull()
})

test('a limit is no failure of the run', () => {
  const { summary } = read([...step(1), 'a', RULE, '', 'Exit:', 'LimitsExceeded', "Saved trajectory to '/logs/x'"])
  expect(summary).toMatchObject({ complete: true, failure: { kind: 'LimitsExceeded' } })
  expect(classifyFailure({ exitCode: 0, summary })).toBeNull()
})

test('what it hands in is neither a failure nor a complaint', () => {
  const { summary } = read([...step(1), 'a', '', 'Exit:', 'API Error: rate limit', '', "Saved trajectory to '/logs/x'"])
  expect(summary).toMatchObject({ failure: null, complaints: [] })
})

test('headings in what the model writes or a tool prints are text', () => {
  const said = 'Tool:\nmini-swe-agent (step 7, $0.00):\n\nmini-swe-agent (step 1, $0.00):'
  const printed = '<returncode>\n0\n<output>\nx\n\nmini-swe-agent (step 9, $0.00):\nSystem:\n\nTool:\ny'
  const lines = `${said}\n\n\`\`\`\nls\n\`\`\`\n\nTool:\n${printed}`.split('\n')
  const { events } = read([...step(1), ...lines, ...step(2)])
  expect(events.filter(({ type }) => type === 'turn.started')).toHaveLength(2)
  expect(events.find(({ type }) => type === 'message.received')).toMatchObject({ text: said })
  const answers = events.flatMap((event) => (event.type === 'tool.returned' ? [event.content] : []))
  expect(answers).toEqual([printed])
})

test('fences in the text are the model’s, those at its end are calls', () => {
  const { events } = read([
    ...step(1),
    'See:',
    '```bash',
    'rm -rf x',
    '```',
    'Now.',
    '',
    '```',
    'a',
    '',
    'b',
    '```',
    '',
    '```',
    'c',
    '```',
  ])
  expect(events.flatMap((event) => (event.type === 'tool.called' ? [event.arguments['command']] : []))).toEqual([
    'a\n\nb',
    'c',
  ])
})

parserSuite({
  create: createMiniSweAgentParser,
  streams: [recorded('solve'), recorded('rate-limited'), recorded('overcome')],
  strays: {
    garbage: fc.oneof(
      fc.constantFrom(RULE, '', 'Tool:', 'Exit:', 'User:', 'System:', '```', '╭──', '│ x', '╰──', 'LimitsExceeded'),
      fc.string({ unit: 'binary' }),
    ),
    kept: {
      lines: [step(1).join('\n'), step(2).join('\n')],
      told: ({ events, summary: { turns } }) => [turns, events.filter(({ type }) => type === 'turn.started').length],
      expected: [2, 2],
    },
  },
})
