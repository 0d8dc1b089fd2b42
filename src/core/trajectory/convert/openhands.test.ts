import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  NOTHING_CONVERTED,
  convertRecorded,
  recordedLogs,
  type Converted,
  type RecordedLogs,
} from '../../../../test/support/recorded-logs.ts'
import { validateTrajectory } from '../validate.ts'
import { convertOpenhands } from './openhands.ts'

const SESSION = 'agent/sessions/00000000-0000-4000-8000-000000000000/events'
/** Written by OpenHands 0.62.0; its prompt is cut, its costs put in. */
const RECORDED = Object.fromEntries(
  Object.entries(recordedLogs('openhands', 'solve')).filter(([path]) => path.startsWith(SESSION)),
)

const convert = async (files: RecordedLogs): Promise<Converted> =>
  convertRecorded(convertOpenhands, files, { agent: 'openhands', mayBeEmpty: true, model: 'openai/gpt-test' })

test('a recorded session becomes a trajectory', async () => {
  const { document, totals } = await convert(RECORDED)
  const steps = document?.steps ?? []
  expect(document?.session_id).toBe('00000000-0000-4000-8000-000000000000')
  expect(document?.agent).toMatchObject({
    name: 'openhands',
    version: '0.62.0',
    extra: { agent_class: 'CodeActAgent' },
  })
  expect(document?.agent.tool_definitions).toHaveLength(1)
  expect(steps.map(({ source, message }) => [source, message])).toEqual([
    ['system', 'You are OpenHands agent.'],
    ['user', 'Make out.txt with two lines.'],
    ['system', 'Retrieving content for: Make out.txt with two lines.'],
    ['system', 'Added workspace context'],
    ['agent', 'I will look around first.'],
    ['agent', 'Checking.'],
    ['agent', 'Done.'],
  ])
  expect(steps[5]).toMatchObject({
    step_id: 6,
    tool_calls: [
      {
        tool_call_id: 'call_2',
        function_name: 'execute_bash',
        arguments: { command: 'false', security_risk: 'LOW' },
      },
    ],
    observation: { results: [{ source_call_id: 'call_2', content: '' }] },
    metrics: { prompt_tokens: 200, completion_tokens: 20, cached_tokens: 50, cost_usd: 0.004 },
  })
  expect(document?.final_metrics).toEqual({
    total_prompt_tokens: 600,
    total_completion_tokens: 60,
    total_cached_tokens: 150,
    total_cost_usd: 0.0123,
    total_steps: 7,
  })
  expect(totals).toEqual({
    usage: { inputTokens: 600, cachedTokens: 150, outputTokens: 60, costUsd: 0.0123 },
    differences: [],
    skipped: 0,
  })
})

test('answers that come after several calls go to their own', async () => {
  const call = (id: string, cause?: number): string =>
    JSON.stringify({
      source: 'agent',
      message: '',
      tool_call_metadata: { tool_call_id: id, function_name: 'x' },
      ...(cause === undefined ? { action: 'run' } : { observation: 'run', cause, content: `of ${id}` }),
    })
  const events = [call('a'), call('b'), call('a', 0), call('b', 1)]
  const files = Object.fromEntries(events.map((event, index) => [`${SESSION}/${index}.json`, event]))
  const steps = (await convert(files)).document?.steps ?? []
  expect(steps.map(({ observation }) => observation?.results)).toEqual([
    [{ source_call_id: 'a', content: 'of a' }],
    [{ source_call_id: 'b', content: 'of b' }],
  ])
})

test('a broken event is counted, the others are read', async () => {
  const broken = { ...RECORDED, [`${SESSION}/7.json`]: '{"id": 7' }
  const { document, totals } = await convert(broken)
  expect(totals?.skipped).toBe(1)
  expect(document?.steps).toHaveLength(7)
  expect(validateTrajectory(document).errors).toEqual([])
})

test('no session, no trajectory', async () => {
  expect(await convert({})).toEqual(NOTHING_CONVERTED)
  expect(await convert({ 'agent/sessions/x/agent_state.pkl': 'x' })).toEqual(NOTHING_CONVERTED)
})

test('whatever the events hold, what comes out is valid', async () => {
  const event = fc.record(
    {
      source: fc.constantFrom('agent', 'user', 'environment', 1),
      message: fc.jsonValue(),
      action: fc.jsonValue(),
      observation: fc.constantFrom('run', 2),
      cause: fc.constantFrom(1, null),
      content: fc.jsonValue(),
      args: fc.jsonValue(),
      timestamp: fc.jsonValue(),
      llm_metrics: fc.jsonValue(),
      tool_call_metadata: fc.record({ tool_call_id: fc.constantFrom('a', 'b', 3), model_response: fc.jsonValue() }),
    },
    { requiredKeys: [] },
  )
  const file = fc.oneof(
    event.map((value) => JSON.stringify(value)),
    fc.json(),
    fc.string(),
  )
  await fc.assert(
    fc.asyncProperty(fc.array(file), async (texts) => {
      const { document } = await convert(
        Object.fromEntries(texts.map((text, index) => [`${SESSION}/${index}.json`, text])),
      )
      if (document !== null) expect(validateTrajectory(document).errors).toEqual([])
    }),
  )
})
