import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  NOTHING_CONVERTED,
  convertRecorded,
  harborTrajectory,
  recordedLogs,
} from '../../../../test/support/recorded-logs.ts'
import { Trajectory } from '../../../contract/harbor/trajectory.ts'
import { validateTrajectory } from '../validate.ts'
import { convertQwenCoder } from './qwen-coder.ts'

const CHAT = 'agent/qwen-sessions/-app/chats/s.jsonl'
const SUBAGENTS = 'agent/qwen-sessions/-app/subagents/s'

/** Under the name that Harbor has in its trajectories. */
const convert = async (files: Readonly<Record<string, string>>) =>
  convertRecorded(convertQwenCoder, files, { agent: 'qwen-code', model: 'openai/qwen3-coder' })

const lines = (...made: readonly unknown[]): string =>
  made.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n')

const user = (text: string, more: Record<string, unknown> = {}) => ({
  type: 'user',
  sessionId: 's',
  message: { parts: [{ text }] },
  ...more,
})
const said = (text: string, calls: readonly string[] = [], tokens = 0) => ({
  type: 'assistant',
  sessionId: 's',
  message: { parts: [{ text }, ...calls.map((id) => ({ functionCall: { id, name: 'agent', args: {} } }))] },
  usageMetadata: { promptTokenCount: tokens, candidatesTokenCount: tokens },
})
const answer = (id: string, response: Record<string, unknown> = { output: id }) => ({
  type: 'tool_result',
  message: { parts: [{ functionResponse: { id, response } }] },
})

const messages = (document: Trajectory | null): readonly unknown[] =>
  (document?.steps ?? []).map((step) => step.message)

describe('a chat that was recorded', () => {
  test.each(['solve', 'tools'])('is converted as by Harbor, but for what tools failed of: %s', async (name) => {
    const { document, totals } = await convert(recordedLogs('qwen-coder', name))
    const harbor = Trajectory.parse(harborTrajectory('qwen-coder', name))
    const failed = document?.steps[1]?.observation?.results.filter((_, index) => {
      const before = harbor.steps[1]?.observation?.results[index]
      return before?.content === ''
    })
    expect(failed?.map(({ content }) => content)).toEqual(
      name === 'solve'
        ? [expect.stringContaining('Exit Code: 1')]
        : [
            'File not found: /nope/missing.txt',
            'File not found: /tmp/zz-none',
            expect.stringContaining('Tool "no_such_tool" not found'),
          ],
    )
    for (const result of failed ?? []) result.content = ''
    expect(document).toEqual(harbor)
    expect(totals).toMatchObject({ differences: [], skipped: 0 })
    expect(totals?.usage.inputTokens).toBe(name === 'solve' ? 3300 : 1810)
  })
})

describe('lines of a chat', () => {
  test('answer the call that was made last under their id, whenever they come', async () => {
    const { document } = await convert({
      [CHAT]: lines(user('go'), said('one', ['a', 'b']), answer('b'), said('two', ['b']), answer('b'), answer('a')),
    })
    const results = document?.steps.map((step) => step.observation?.results.map(({ content }) => content))
    expect(results).toEqual([undefined, ['b', 'a'], ['b']])
  })

  test('of the newest of several chats count', async () => {
    const { document } = await convert({
      'agent/qwen-sessions/-a/chats/1.jsonl': lines(user('new', { timestamp: '2026-11-21T13:00:01Z' })),
      'agent/qwen-sessions/-a/chats/2.jsonl': lines(user('old', { timestamp: '2026-11-21T13:00:00Z' })),
    })
    expect(messages(document)).toEqual(['new'])
  })

  test('that cannot be read are counted', async () => {
    const { document, totals } = await convert({ [CHAT]: lines(user('go'), '{"type":', said('done', [], 3)) })
    expect(messages(document)).toEqual(['go', 'done'])
    expect(totals).toMatchObject({ skipped: 1, usage: { inputTokens: 3, cachedTokens: 0, outputTokens: 3 } })
  })

  test('without a chat are left to the log', async () => {
    const log = recordedLogs('qwen-coder', 'solve')['agent/qwen-code.txt'] ?? ''
    const { document } = await convert({ 'agent/qwen-code.txt': log })
    expect(messages(document)).toEqual(['Do it.', 'Let me look.', '', 'Done.'])
    expect(document).toMatchObject({ agent: { version: '0.24.4' }, final_metrics: { total_prompt_tokens: 3300 } })
    expect(await convert({})).toEqual(NOTHING_CONVERTED)
  })
})

describe('subagents', () => {
  const meta = (id: string, more: Record<string, unknown> = {}) =>
    JSON.stringify({ agentId: id, agentType: 'worker', ...more }, null, 2)

  test('stand within each other, at the calls that started them, and are counted', async () => {
    const { document, totals } = await convert({
      [CHAT]: lines(user('go'), said('', ['call_1'], 1), answer('call_1'), said('', ['other'], 1)),
      [`${SUBAGENTS}/agent-a.jsonl`]: lines(user('one'), said('', ['call_2'], 10)),
      [`${SUBAGENTS}/agent-a.meta.json`]: meta('worker-call_1'),
      [`${SUBAGENTS}/agent-b.jsonl`]: lines(user('two'), said('deep', [], 100)),
      [`${SUBAGENTS}/agent-b.meta.json`]: meta('worker-call_2', { parentAgentId: 'worker-call_1' }),
      [`${SUBAGENTS}/agent-c.jsonl`]: lines(user('three'), said('', [], 1000)),
      [`${SUBAGENTS}/agent-c.meta.json`]: meta('worker-x', { toolUseId: 'other' }),
    })
    const refs = document?.steps.map((step) =>
      step.observation?.results.map((result) => result.subagent_trajectory_ref?.map((ref) => ref.trajectory_id)),
    )
    expect(refs).toEqual([undefined, [['worker-call_1']], [['worker-x']]])
    const [first, second] = document?.subagent_trajectories ?? []
    expect(second?.trajectory_id).toBe('worker-x')
    expect(first?.subagent_trajectories).toMatchObject([
      { trajectory_id: 'worker-call_2', steps: [{ message: 'two' }, { message: 'deep' }] },
    ])
    expect(first?.final_metrics?.total_prompt_tokens).toBe(10)
    expect(document?.final_metrics).toMatchObject({ total_prompt_tokens: 1112, total_steps: 3 })
    expect(totals?.usage.inputTokens).toBe(1112)
    expect(validateTrajectory(document).errors).toEqual([])
  })

  test('that are their own ancestors, or broken, take nothing away', async () => {
    const { document } = await convert({
      [CHAT]: lines(user('go')),
      [`${SUBAGENTS}/agent-a.jsonl`]: lines(user('one')),
      [`${SUBAGENTS}/agent-a.meta.json`]: meta('a', { parentAgentId: 'b' }),
      [`${SUBAGENTS}/agent-b.jsonl`]: lines(user('two')),
      [`${SUBAGENTS}/agent-b.meta.json`]: meta('b', { parentAgentId: 'a' }),
      [`${SUBAGENTS}/agent-c.jsonl`]: 'nothing',
      [`${SUBAGENTS}/agent-d.jsonl`]: lines(user('four', { agentId: 'd' })),
      [`${SUBAGENTS}/agent-d.meta.json`]: '{',
    })
    expect(document?.subagent_trajectories?.map((one) => one.trajectory_id)).toEqual(['d'])
  })

  test('that are too long to be kept in memory are left out, and that is said', async () => {
    const { document, totals } = await convert({
      [CHAT]: lines(user('go')),
      [`${SUBAGENTS}/agent-a.jsonl`]: lines(user('x'.repeat(25 * 1024 ** 2), { agentId: 'a' })),
    })
    expect(document?.subagent_trajectories).toBeUndefined()
    expect(totals?.differences).toEqual(['1 subagents are not counted: their chats are too long'])
  })
})

test('whatever stands in a chat, its conversion is a trajectory', async () => {
  const part = fc.oneof(
    fc.jsonValue(),
    fc.record({ text: fc.jsonValue(), thought: fc.boolean() }),
    fc.record({ functionCall: fc.record({ id: fc.constantFrom('a', 'b'), args: fc.jsonValue() }) }),
    fc.record({ functionResponse: fc.record({ id: fc.constantFrom('a', 'b'), response: fc.jsonValue() }) }),
  )
  const line = fc.record({
    type: fc.constantFrom('user', 'assistant', 'tool_result', 'system'),
    message: fc.oneof(fc.jsonValue(), fc.record({ parts: fc.array(part) })),
    usageMetadata: fc.jsonValue(),
    timestamp: fc.oneof(fc.jsonValue(), fc.constant('2026-11-21T13:00:00Z')),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(line), async (made) => {
      const { document } = await convert({ [CHAT]: lines(...made) })
      if (document !== null) expect(validateTrajectory(document).errors).toEqual([])
    }),
  )
})
