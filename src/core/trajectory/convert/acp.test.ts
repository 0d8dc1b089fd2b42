import fc from 'fast-check'
import { expect, test } from 'vitest'
import { NOTHING_CONVERTED, convertRecorded, type Converted } from '../../../../test/support/recorded-logs.ts'
import { validateTrajectory } from '../validate.ts'
import { convertAcp } from './acp.ts'

const EVENTS = 'agent/acp-events.jsonl'

const record = (event_type: string, payload: object): string => JSON.stringify({ event_type, payload })
const update = (body: object): string => record('session_update', { session_id: 's', update: body })
const chunk = (text: string): string =>
  update({ sessionUpdate: 'agent_message_chunk', content: { type: 'text', text } })

async function convert(lines: readonly string[], summary?: object): Promise<Converted> {
  const files = {
    [EVENTS]: lines,
    ...(summary === undefined ? {} : { 'agent/acp-summary.json': JSON.stringify(summary, null, 2) }),
  }
  return convertRecorded(convertAcp, files, { agent: 'my-agent', version: '1.0.0', model: null })
}

test('steps end with a result or an account; what comes later to a call stays with it', async () => {
  const { document, totals } = await convert(
    [
      record('on_connect', { connection: 'x' }),
      update({ sessionUpdate: 'agent_thought_chunk', content: { type: 'text', text: 'Hm.' } }),
      chunk('I '),
      chunk('read.'),
      record('request_permission', { session_id: 's', tool_call: { toolCallId: 'a' }, options: [] }),
      update({ sessionUpdate: 'tool_call', toolCallId: 'a', kind: 'execute', title: 'cat x' }),
      record('wait_for_terminal_exit', { terminal_id: 'term_1', output: 'from the terminal' }),
      update({
        sessionUpdate: 'tool_call_update',
        toolCallId: 'a',
        status: 'completed',
        rawInput: { command: 'cat x' },
        content: [{ type: 'terminal', terminalId: 'term_1' }],
      }),
      'not JSON',
      chunk('Next.'),
      update({ sessionUpdate: 'tool_call_update', toolCallId: 'a', status: 'completed', title: 'again' }),
      update({ sessionUpdate: 'usage_update', used: 1, size: 2, cost: { amount: 0.5, currency: 'usd' } }),
      chunk('End.'),
    ],
    {
      instruction: 'As it was told.',
      requested_model: 'a/b',
      session: { sessionId: 'session-7' },
      prompt_response: { usage: { inputTokens: 10, outputTokens: 2 } },
    },
  )
  expect(validateTrajectory(document).errors).toEqual([])
  expect(document).toMatchObject({
    schema_version: 'ATIF-v1.7',
    session_id: 'session-7',
    agent: { name: 'my-agent', version: '1.0.0', model_name: 'a/b' },
    final_metrics: { total_prompt_tokens: 10, total_completion_tokens: 2, total_cost_usd: 0.5, total_steps: 4 },
  })
  expect(document?.steps).toMatchObject([
    { step_id: 1, source: 'user', message: 'As it was told.' },
    {
      step_id: 2,
      source: 'agent',
      model_name: 'a/b',
      message: 'I read.',
      reasoning_content: 'Hm.',
      tool_calls: [{ tool_call_id: 'a', function_name: 'execute', arguments: { command: 'cat x' } }],
      observation: { results: [{ source_call_id: 'a', content: 'from the terminal' }] },
      extra: { permission_requests: [{ tool_call: { toolCallId: 'a' } }] },
    },
    { step_id: 3, message: 'Next.', extra: { session_update_counts: { agent_message_chunk: 1, usage_update: 1 } } },
    { step_id: 4, message: 'End.', metrics: { prompt_tokens: 10, completion_tokens: 2, cost_usd: 0.5 } },
  ])
  expect(document?.steps[2]).not.toHaveProperty('tool_calls')
  expect(totals).toEqual({
    usage: { inputTokens: 10, cachedTokens: null, outputTokens: 2, costUsd: 0.5 },
    differences: [],
    skipped: 1,
  })
})

test('without a summary the job knows the instruction, and nobody the tokens', async () => {
  const { document, totals } = await convert([chunk('cut off')])
  expect(document?.session_id).toBe('my-agent-unknown-session')
  expect(document?.steps).toMatchObject([{ message: 'Do it.' }, { message: 'cut off' }])
  expect(totals?.usage).toEqual({ inputTokens: null, cachedTokens: null, outputTokens: null, costUsd: null })
})

test('no record: nothing to convert', async () => {
  expect(await convert([])).toEqual(NOTHING_CONVERTED)
})

test('whatever stands in the record: it becomes a sound trajectory, and no message is lost', async () => {
  const garbage = fc.oneof(
    fc.string(),
    fc.json(),
    fc.jsonValue().map((value) => record('session_update', { update: value })),
  )
  const line = fc.oneof(garbage, fc.constant(chunk('kept ')))
  await fc.assert(
    fc.asyncProperty(fc.array(line, { minLength: 1 }), async (lines) => {
      const { document } = await convert(lines)
      if (document === null) return
      expect(validateTrajectory(document).errors).toEqual([])
      const text = document.steps.map(({ message }) => (typeof message === 'string' ? message : '')).join('')
      const kept = lines.filter((one) => one === chunk('kept ')).length
      expect(text.split('kept ').length - 1).toBe(kept)
    }),
  )
})
