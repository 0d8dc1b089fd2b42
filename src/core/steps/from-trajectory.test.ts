import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readTrajectorySteps } from './from-trajectory.ts'

const AT = '2026-11-21T04:09:57Z'
const call = { tool_call_id: 'c1', function_name: 'bash', arguments: { command: 'ls \u001b[31m-la' } }
const STEPS = [
  { step_id: 1, timestamp: AT, source: 'user', message: 'do it' },
  {
    step_id: 2,
    timestamp: '2026-11-21T04:09:59Z',
    source: 'agent',
    model_name: 'm',
    message: '',
    reasoning_content: 'think',
    tool_calls: [call],
    observation: { results: [{ source_call_id: 'c1', content: 'a'.repeat(100_000) }, { content: 'loose' }] },
    metrics: { prompt_tokens: 10, completion_tokens: 5, cost_usd: 0.5 },
  },
  { step_id: 3, source: 'agent', message: '', reasoning_content: 'done' },
  { step_id: 'odd' },
]
const read = (steps: unknown) => readTrajectorySteps(JSON.stringify({ steps }))

test('tells steps apart, each with its own turn, time and cost', () => {
  const steps = read(STEPS)
  expect([0, 1, 2, 3].map((at) => steps?.outline(at).kind)).toEqual(['user', 'tool', 'thought', 'error'])
  expect(steps?.outline(0)).toMatchObject({ turn: null, summary: 'do it', durationMs: 2000 })
  expect(steps?.outline(1)).toMatchObject({ turn: 1, summary: 'bash ls -la', tokens: 15, costUsd: 0.5 })
})

test('what subagents do is no turn of the agent', () => {
  const agent = (sidechain: boolean) => ({
    step_id: 1,
    source: 'agent',
    message: 'm',
    extra: { is_sidechain: sidechain },
  })
  const steps = read([agent(false), agent(true), agent(true), agent(false)])
  expect([0, 1, 2, 3].map((at) => steps?.outline(at).turn)).toEqual([1, null, null, 2])
})

test('joins an observation with its call, and cuts what is long', () => {
  const step = read(STEPS)?.step(1)
  expect(step?.toolCalls[0]).toMatchObject({ callId: 'c1', observation: { truncated: true } })
  expect(step?.toolCalls[0]?.observation?.text).toHaveLength(64 * 1024)
  expect(step?.observations).toEqual([{ text: 'loose', truncated: false }])
  expect(step?.usage).toMatchObject({ inputTokens: 10, cachedTokens: null, outputTokens: 5 })
})

test('an odd step takes only itself away, and is shown as it is', () => {
  expect(read(STEPS)?.step(3)).toMatchObject({
    kind: 'error',
    isError: true,
    message: { text: '{\n  "step_id": "odd"\n}' },
  })
  expect(readTrajectorySteps('{')).toBeNull()
  expect(readTrajectorySteps('{"steps": 5}')).toBeNull()
})

test('nothing that may stand there makes it fail', () => {
  fc.assert(
    fc.property(fc.array(fc.jsonValue(), { maxLength: 5 }), (odd) => {
      const steps = read([...odd, ...STEPS.map((step, at) => ({ ...step, extra: odd[at] }))])
      for (let at = 0; at < (steps?.length ?? 0); at += 1) expect(steps?.step(at).index).toBe(at)
    }),
  )
})
