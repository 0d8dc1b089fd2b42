import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { TrialEventBody } from '../../../contract/events.ts'
import { classifyFailure } from '../failure/classify.ts'
import { createMiniSweAgentParser } from './mini-swe-agent.ts'

/** Printed by mini-swe-agent 2.4.6; the prompt and the boxes of the crash are shortened. */
const recorded = (name: string): readonly string[] =>
  readFileSync(
    new URL(`../../../../test/fixtures/mini-swe-agent/${name}/agent/mini-swe-agent.txt`, import.meta.url),
    'utf8',
  ).split('\n')

function read(lines: readonly string[], maxTurns: number | null = null) {
  const parser = createMiniSweAgentParser({ maxTurns })
  const events = [...lines.flatMap((line) => parser.line(line)), ...parser.end()]
  for (const event of events) TrialEventBody.parse(event)
  return { events, summary: parser.summary }
}

const RULE = '─'.repeat(80)
const step = (number: number, cost = '0.00'): readonly string[] => [
  RULE,
  '',
  `mini-swe-agent (step ${number}, $${cost}):`,
]

describe('a recorded run', () => {
  const { events, summary } = read(recorded('solve'), 9)

  test('becomes turns, messages, calls and their answers', () => {
    expect(events.map((event) => event.type).join(' ')).toBe(
      [
        'turn.started message.received tool.called tool.returned turn.finished',
        'turn.started message.received tool.called tool.called tool.returned tool.returned',
        'turn.finished turn.started message.received tool.called tool.returned turn.finished',
      ].join(' '),
    )
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

test('no line can break it, and every step after any garbage is read', () => {
  const piece = fc.oneof(
    fc.constantFrom(
      RULE,
      '',
      'Tool:',
      'Exit:',
      'User:',
      'System:',
      'Unknown:',
      '```',
      '╭──',
      '│ x',
      '╰──',
      'LimitsExceeded',
    ),
    fc.string({ unit: 'binary' }).map((text) => text.replaceAll('\n', '')),
  )
  fc.assert(
    fc.property(fc.array(piece), fc.array(piece), (before, between) => {
      const { events, summary } = read(before)
      expect(events.filter(({ type }) => type === 'turn.started')).toHaveLength(summary.turns)
      const next = summary.turns + 1
      const parser = createMiniSweAgentParser({ maxTurns: null })
      for (const line of [
        ...before,
        ...step(next),
        ...between.filter((line) => line !== 'Unknown:'),
        ...step(next + 1),
      ])
        parser.line(line)
      expect(parser.summary.turns).toBe(next + 1)
    }),
  )
})
