import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { brief, parseLines, parserSuite, type Parsed } from '../../../../test/support/parser-suite.ts'
import { recordedLines } from '../../../../test/support/recorded-logs.ts'
import { through, troubleAfter } from '../../../../test/support/trouble.ts'
import { classifyFailure } from '../failure/classify.ts'
import { createOpenhandsParser } from './openhands.ts'

/** Printed by OpenHands 0.62.0; what its helper process says is left out for the most part. */
const recorded = (name: string): readonly string[] => recordedLines('openhands', name)

const read = (lines: readonly string[]): Parsed => parseLines(createOpenhandsParser, lines, 7)

const entry = (message: string, msg_type: string): string =>
  JSON.stringify({ message: `[Agent Controller s] ${message}`, level: 'INFO', session_id: 's', msg_type })

test('a recorded run becomes turns, messages, calls and their answers', () => {
  const { events, summary } = read(recorded('solve'))
  expect(brief(events)).toEqual([
    '1 turn.started, 1 message.received, 1 tool.called, tool.returned, 1 turn.finished',
    '2 turn.started, 2 message.received, 2 tool.called, tool.returned, 2 turn.finished',
    '3 turn.started, 3 message.received, 3 turn.finished',
  ])
  expect(events[0]).toEqual({ type: 'turn.started', turn: 1, maxTurns: 7 })
  expect(events[1]).toMatchObject({ text: 'I will look around first.' })
  expect(events[2]).toMatchObject({
    name: 'execute_bash',
    arguments: { command: String.raw`printf 'hello\nworld\n' > out.txt; ls` },
  })
  expect(events[3]).toMatchObject({ callId: 'call_1', isError: false })
  expect(events[3]?.type === 'tool.returned' && events[3].content).toMatch(/^out\.txt\n/)
  expect(events[8]).toMatchObject({ callId: 'call_2', isError: true })
  expect(events[11]).toMatchObject({ text: 'Done.\n\nAll done.' })
  expect(summary).toMatchObject({ turns: 3, complete: true, failure: null })
  expect(summary.sessionId).toBe('00000000-0000-4000-8000-000000000000')
  expect(classifyFailure({ exitCode: 0, summary })).toBeNull()
})

test('a refused key is told by the words that were written down, though it exits with 0', () => {
  const { summary } = read(recorded('refused-key'))
  expect(summary.failure?.kind).toBe('STATUS$ERROR_LLM_AUTHENTICATION')
  expect(summary.failure?.message).toContain('Incorrect API key provided')
  expect(classifyFailure({ exitCode: 0, summary })?.type).toBe('AgentAuthenticationError')
})

test('a limit that was reached is no failure', () => {
  const { summary } = read(recorded('turn-limit'))
  expect(summary).toMatchObject({ turns: 1, complete: true, failure: { kind: 'max_iterations' } })
  expect(classifyFailure({ exitCode: 0, summary })).toBeNull()
})

describe('trouble with the service', () => {
  const stuck = (lines: readonly string[]): readonly string[] => troubleAfter(createOpenhandsParser, lines)

  test('is told with each attempt, and over with the action that an answer asks for', () => {
    const lines = recorded('overcome')
    const words =
      'openhands: litellm.ServiceUnavailableError: ServiceUnavailableError: OpenAIException - The engine is currently ' +
      'overloaded, please try again later. Attempt #'
    expect(stuck(through(lines, 'Attempt #'))).toEqual([`${words}1`, `${words}2`])
    expect(stuck(through(lines, 'sleep 20'))).toEqual([])
    expect(stuck(lines)).toEqual([])
  })

  test('is told when it has tried long enough: it waits then, and never ends by itself', () => {
    const lines = recorded('rate-limited')
    const troubled = stuck(lines)
    expect(troubled).toHaveLength(2)
    expect(troubled[1]).toContain('litellm.RateLimitError')
    expect(read(lines).summary).toMatchObject({ complete: false, failure: null })
    // Of one that may try but once it is all that is said.
    expect(stuck(lines.filter((line) => !line.includes('Attempt #')))).toHaveLength(1)
  })

  test('is none in what a tool prints or the model writes', () => {
    const words = 'litellm.RateLimitError: no. Attempt #1 | You can customize retry values in the configuration.'
    const lines = [
      JSON.stringify({ message: `server: ${words}`, level: 'ERROR' }),
      JSON.stringify({ message: `Error while running the agent: ${words}`, level: 'ERROR', session_id: 's' }),
      entry(`**CmdOutputObservation (source=EventSource.AGENT, exit code=0)**\n${words}`, 'OBSERVATION'),
      entry(`**MessageAction** (source=EventSource.USER)\nCONTENT: ${words}`, 'ACTION'),
      words,
    ]
    expect(stuck(lines)).toEqual([])
  })
})

describe('actions in the words of the program', () => {
  const first = (message: string) => read([entry(message, 'ACTION')]).events

  test.each<[string, string, Readonly<Record<string, string>>]>([
    ['**IPythonRunCellAction**\nTHOUGHT: Hm.\nCODE:\nprint(1)\n# x', 'execute_ipython_cell', { code: 'print(1)\n# x' }],
    ['**FileReadAction**\nPATH: /app/a', 'read', { path: '/app/a' }],
    ['**BrowseURLAction**\nTHOUGHT: x\nURL: http://a', 'BrowseURLAction', { text: 'URL: http://a' }],
    ["TaskTrackingAction(command='plan', thought='x')", 'TaskTrackingAction', { text: "command='plan', thought='x'" }],
  ])('%s', (message, name, args) => {
    expect(first(message)).toContainEqual(expect.objectContaining({ type: 'tool.called', name, arguments: args }))
  })

  test('messages and thoughts call nothing', () => {
    expect(first('**MessageAction** (source=EventSource.AGENT)\nCONTENT: Hi\nthere')).toContainEqual(
      expect.objectContaining({ type: 'message.received', text: 'Hi\nthere' }),
    )
    const thought = first(String.raw`AgentThinkAction(thought='It\'s\nfine', action=<ActionType.THINK: 'think'>)`)
    expect(thought).toContainEqual(expect.objectContaining({ type: 'message.received', text: "It's\nfine" }))
    expect(thought.some(({ type }) => type === 'tool.called')).toBe(false)
  })

  test('what the user says is no turn', () => {
    expect(first('**MessageAction** (source=EventSource.USER)\nCONTENT: Do it')).toEqual([])
  })
})

test('neither what tools print nor the model writes is a complaint', () => {
  const { summary } = read([
    entry('**CmdRunAction (source=EventSource.AGENT, is_input=False)**\nCOMMAND:\necho rate limit', 'ACTION'),
    entry('**ErrorObservation**\nrate limit', 'OBSERVATION'),
    '{"message": "server: rate limit", "level": "ERROR"}',
    '{"message": "rate lim',
  ])
  expect(summary.complaints).toEqual([])
})

describe('whatever comes', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom(
      '**A',
      '**A**',
      'A(',
      "A(x='",
      'THOUGHT: ',
      '**CmdOutputObservation (',
      "AgentStateChangedObservation(agent_state='error')",
    ),
  )
  const garbage = fc.oneof(
    text,
    fc
      .record({
        message: text,
        msg_type: fc.constantFrom('ACTION', 'OBSERVATION', 3),
        level: fc.constantFrom('ERROR', 1),
      })
      .map((value) => JSON.stringify(value)),
  )
  parserSuite({
    create: createOpenhandsParser,
    streams: [recorded('solve'), recorded('refused-key'), recorded('overcome'), recorded('rate-limited')],
    strays: {
      garbage,
      kept: {
        lines: [entry('**CmdRunAction**\nCOMMAND:\nmarked', 'ACTION')],
        told: ({ events }) => events.slice(-2, -1).map((event) => event.type === 'tool.called' && event.arguments),
        expected: [{ command: 'marked' }],
      },
    },
  })
})
