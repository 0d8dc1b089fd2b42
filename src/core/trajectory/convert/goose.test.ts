import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  NOTHING_CONVERTED,
  convertRecorded,
  recordedLogs,
  type Converted,
} from '../../../../test/support/recorded-logs.ts'
import { validateTrajectory } from '../validate.ts'
import { convertGoose } from './goose.ts'

const FILE = 'agent/goose.txt'
const LOG = recordedLogs('goose', 'solve')[FILE] ?? ''

const convert = async (text: string | null): Promise<Converted> =>
  convertRecorded(convertGoose, text === null ? {} : { [FILE]: text }, {
    agent: 'goose',
    version: '1.44.0',
    mayBeEmpty: true,
    model: 'openai/gpt-test',
  })

test('a run becomes a trajectory: every answer in the step of its call', async () => {
  const { document, totals } = await convert(LOG)
  expect(document).toEqual({
    schema_version: 'ATIF-v1.7',
    agent: { name: 'goose', version: '1.44.0', model_name: 'openai/gpt-test' },
    steps: [
      {
        step_id: 1,
        source: 'agent',
        message: 'I will look around first.',
        reasoning_content: 'Where am I?',
        tool_calls: [
          {
            tool_call_id: 'call_1',
            function_name: 'developer__shell',
            arguments: { command: String.raw`printf 'hello\nworld\n' > out.txt; ls` },
          },
        ],
        observation: { results: [{ source_call_id: 'call_1', content: 'out.txt' }] },
      },
      { step_id: 2, source: 'agent', message: 'Two checks at once.' },
      {
        step_id: 3,
        source: 'agent',
        message: '',
        tool_calls: [
          { tool_call_id: 'call_2', function_name: 'developer__shell', arguments: { command: 'cat out.txt' } },
        ],
        observation: { results: [{ source_call_id: 'call_2', content: 'hello\nworld' }] },
      },
      {
        step_id: 4,
        source: 'agent',
        message: '',
        tool_calls: [{ tool_call_id: 'call_3', function_name: 'developer__shell', arguments: { command: 'false' } }],
        observation: { results: [{ source_call_id: 'call_3', content: '-32603: Command failed' }] },
      },
      { step_id: 5, source: 'agent', message: 'All done.' },
    ],
    final_metrics: {
      total_prompt_tokens: 600,
      total_completion_tokens: 60,
      total_cached_tokens: 150,
      total_cost_usd: 0.0123,
      total_steps: 5,
      extra: { total_tokens: 660, cache_write_tokens: 20 },
    },
  })
  expect(totals).toEqual({
    usage: { inputTokens: 600, cachedTokens: 150, outputTokens: 60, costUsd: 0.0123 },
    differences: [],
    skipped: 0,
  })
})

test('users and errors are steps; a cut line is counted', async () => {
  const user = { type: 'message', message: { id: 'u', role: 'user', content: [{ type: 'text', text: 'go' }] } }
  const { document, totals } = await convert(`${JSON.stringify(user)}\n{"type":"error","error":"boom"}\n{"type":"mess`)
  expect(document?.steps).toEqual([
    { step_id: 1, source: 'user', message: 'go' },
    { step_id: 2, source: 'agent', message: '[error] boom' },
  ])
  expect(totals?.skipped).toBe(1)
})

test('an id that comes again after an answer begins another step', async () => {
  const said = (role: string, part: Readonly<Record<string, unknown>>): string =>
    JSON.stringify({ type: 'message', message: { id: 'same', role, content: [part] } })
  const call = { type: 'toolRequest', id: 'c', toolCall: { value: { name: 'x' } } }
  const answer = { type: 'toolResponse', id: 'c', toolResult: { value: { content: [{ type: 'text', text: 'y' }] } } }
  const lines = [said('assistant', call), said('user', answer), said('assistant', { type: 'text', text: 'Done.' })]
  const steps = (await convert(lines.join('\n'))).document?.steps ?? []
  expect(steps.map(({ message, observation }) => [message, observation?.results.length])).toEqual([
    ['', 1],
    ['Done.', undefined],
  ])
})

test('no log, no trajectory', async () => {
  expect(await convert(null)).toEqual(NOTHING_CONVERTED)
})

test('whatever the log holds, what comes out is valid', async () => {
  const part = fc.record({
    type: fc.constantFrom('text', 'thinking', 'toolRequest', 'toolResponse'),
    id: fc.constantFrom('a', 'b', 'c'),
    text: fc.jsonValue(),
    toolCall: fc.jsonValue(),
    toolResult: fc.jsonValue(),
  })
  const message = fc.record({
    id: fc.constantFrom('1', '2', '3'),
    role: fc.constantFrom('user', 'assistant'),
    content: fc.array(part),
  })
  const line = fc.oneof(
    message.map((value) => JSON.stringify({ type: 'message', message: value })),
    fc.json(),
    fc.string(),
  )
  await fc.assert(
    fc.asyncProperty(fc.array(line), async (lines) => {
      const { document } = await convert(lines.join('\n'))
      if (document !== null) expect(validateTrajectory(document).errors).toEqual([])
    }),
  )
})
