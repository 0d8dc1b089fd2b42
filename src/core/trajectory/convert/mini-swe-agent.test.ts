import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  NOTHING_CONVERTED,
  convertRecorded,
  recordedLogs,
  type Converted,
} from '../../../../test/support/recorded-logs.ts'
import { validateTrajectory } from '../validate.ts'
import { convertMiniSweAgent } from './mini-swe-agent.ts'

const FILE = 'agent/mini-swe-agent.trajectory.json'
/** Written by mini-swe-agent 2.4.6; its templates are cut, its costs put in. */
const RECORDED = recordedLogs('mini-swe-agent', 'solve')[FILE] ?? ''

const convert = async (text: string): Promise<Converted> =>
  convertRecorded(
    convertMiniSweAgent,
    { [FILE]: text },
    { agent: 'mini-swe-agent', mayBeEmpty: true, model: 'openai/x' },
  )

test('a recorded run becomes a trajectory', async () => {
  const { document, totals } = await convert(RECORDED)
  const steps = document?.steps ?? []
  expect(document?.agent).toMatchObject({ name: 'mini-swe-agent', version: '2.4.6', model_name: 'openai/gpt-test' })
  expect(steps.map(({ source, step_id }) => `${step_id} ${source}`).join(' ')).toBe(
    ['1 system 2 user 3 agent 4 agent 5 agent'].join(' '),
  )
  expect(steps[3]).toMatchObject({
    message: 'Two checks at once.',
    tool_calls: [
      { tool_call_id: 'call_2', function_name: 'bash', arguments: { command: 'cat out.txt' } },
      { tool_call_id: 'call_3', function_name: 'bash', arguments: { command: 'false' } },
    ],
    observation: { results: [{ source_call_id: 'call_2' }, { source_call_id: 'call_3' }] },
    metrics: { prompt_tokens: 200, completion_tokens: 20, cached_tokens: 50, cost_usd: 0.004 },
    llm_call_count: 1,
  })
  expect(steps[2]?.timestamp).toMatch(/^2026-11-21T\d\d:\d\d:\d\d\.\d{6}\+00:00$/)
  expect(document?.final_metrics).toEqual({
    total_prompt_tokens: 600,
    total_completion_tokens: 60,
    total_cached_tokens: 150,
    total_cost_usd: 0.0123,
    total_steps: 5,
  })
  expect(totals).toEqual({
    usage: { inputTokens: 600, cachedTokens: 150, outputTokens: 60, costUsd: 0.0123 },
    differences: [],
    skipped: 0,
  })
})

test('answers of the Responses API are read too', async () => {
  const output = [
    { type: 'reasoning', summary: [{ type: 'summary_text', text: 'Hm.' }] },
    { type: 'message', content: [{ type: 'output_text', text: 'Look.' }] },
    { type: 'function_call', call_id: 'c1', name: 'bash', arguments: 'ls' },
  ]
  const usage = { input_tokens: 10, output_tokens: 5, output_tokens_details: { reasoning_tokens: 3 } }
  const messages = [
    { role: 'system', content: 's' },
    { role: 'user', content: 'u' },
    { object: 'response', output, usage, created_at: 1700000000 },
    { type: 'function_call_output', call_id: 'c1', output: 'a.txt' },
    { role: 'user', content: 'go on' },
    { role: 'exit', content: '' },
    7,
  ]
  const { document, totals } = await convert(JSON.stringify({ messages }))
  expect(document?.steps[2]).toEqual({
    step_id: 3,
    timestamp: '2023-11-14T22:13:20+00:00',
    source: 'agent',
    model_name: 'openai/x',
    message: 'Look.',
    reasoning_content: 'Hm.',
    tool_calls: [{ tool_call_id: 'c1', function_name: 'bash', arguments: { command: 'ls' } }],
    observation: { results: [{ source_call_id: 'c1', content: 'a.txt' }, { content: 'go on' }] },
    metrics: {
      prompt_tokens: 10,
      completion_tokens: 5,
      extra: { completion_tokens_details: { reasoning_tokens: 3 } },
    },
    llm_call_count: 1,
  })
  expect(document?.final_metrics).toMatchObject({ extra: { total_reasoning_tokens: 3 } })
  expect(totals).toMatchObject({ skipped: 1, usage: { costUsd: null } })
})

test('nothing there, nothing converted', async () => {
  expect(await convert('')).toEqual(NOTHING_CONVERTED)
  expect(await convert(RECORDED.slice(0, 500))).toEqual(NOTHING_CONVERTED)
  expect(await convert('[1]')).toEqual(NOTHING_CONVERTED)
})

test('whatever the document holds, what comes out is a trajectory', async () => {
  const roles = fc.constantFrom('system', 'user', 'assistant', 'tool', 'exit', 1)
  const message = fc.record(
    {
      role: roles,
      content: fc.jsonValue(),
      tool_calls: fc.jsonValue(),
      extra: fc.jsonValue(),
      object: fc.constant('response'),
    },
    { requiredKeys: [] },
  )
  await fc.assert(
    fc.asyncProperty(fc.array(fc.oneof(message, fc.jsonValue())), fc.jsonValue(), async (messages, info) => {
      const { document } = await convert(JSON.stringify({ messages, info }))
      if (document !== null) expect(validateTrajectory(document).errors).toEqual([])
    }),
  )
})
