import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  NOTHING_CONVERTED,
  convertRecorded,
  mustConvert,
  harborTrajectory,
  recordedLogs,
  type GivenLogs,
  type RecordedLogs,
} from '../../../../test/support/recorded-logs.ts'
import { mixtures, strayLines } from '../../../../test/support/stray-lines.ts'
import { Trajectory, type TrajectoryStep } from '../../../contract/harbor/trajectory.ts'
import { convertCodex } from './codex.ts'

const ROLLOUT = 'agent/sessions/2026/11/21/rollout-2026-11-21T10-00-00-00000000-0000-7000-8000-000000000001.jsonl'

/** What Codex 0.169.0 left of a run against a local server. */
const recorded = (name: string): RecordedLogs => recordedLogs('codex', name)

const convert = async (files: GivenLogs) =>
  mustConvert(convertCodex, files, {
    agent: 'codex',
    version: '0.1.0',
    model: 'openai/gpt-5.5',
    instruction: 'Write the greeting.',
  })

/** What Harbor's own converter makes of the same rollout, without the prices that it looks up. */
const harbors = (name: string): Trajectory => Trajectory.parse(harborTrajectory('codex', name))

const item = (payload: Record<string, unknown>, timestamp = '2026-11-21T10:00:00Z'): string =>
  JSON.stringify({ timestamp, type: 'response_item', payload })
const message = (role: string, text: string): string =>
  item({ type: 'message', role, content: [{ type: 'output_text', text }] })
const call = (id: string, more: Record<string, unknown> = {}): string =>
  item({ type: 'function_call', call_id: id, name: 'exec_command', arguments: '{"cmd":"ls"}', ...more })
const output = (id: string, value: unknown): string =>
  item({ type: 'function_call_output', call_id: id, output: value })
const tokens = (input: number, total = input): string =>
  JSON.stringify({
    type: 'event_msg',
    payload: {
      type: 'token_count',
      info: {
        last_token_usage: { input_tokens: input, output_tokens: 1 },
        total_token_usage: { input_tokens: total, cached_input_tokens: 0, output_tokens: 1 },
      },
    },
  })

describe("compared with Harbor's own conversion", () => {
  test('a rollout is the same in every field', async () => {
    const { document, totals } = await convert(recorded('solve'))
    expect(document).toEqual(harbors('solve'))
    expect(totals).toEqual({
      usage: { inputTokens: 6800, cachedTokens: 4500, outputTokens: 190, costUsd: null },
      differences: [],
      skipped: 0,
    })
  })

  test('images of tools are left out, and nothing else', async () => {
    const { document } = await convert(recorded('tools'))
    const theirs = harbors('tools')
    for (const { observation } of theirs.steps) {
      for (const result of observation?.results ?? []) {
        if (!Array.isArray(result.content)) continue
        result.content = result.content.map((part) => part.text ?? '[image omitted]').join('\n')
      }
    }
    expect(document).toEqual(theirs)
  })

  test("a helper's rollout, which is newer, is embedded and not taken for the agent's", async () => {
    const { document, totals } = await convert(recorded('helper'))
    const { subagent_trajectories: helpers = [], ...own } = document
    // Harbor's is of the agent's rollout alone; given both it takes the helper's.
    const spawned = own.steps.flatMap(({ observation }) => observation?.results ?? []).filter(hasRef)
    expect(spawned.map(({ subagent_trajectory_ref }) => subagent_trajectory_ref)).toEqual([
      [{ trajectory_id: '00000000-0000-7000-8000-000000000002' }],
    ])
    for (const result of spawned) delete result.subagent_trajectory_ref
    expect(own).toEqual(harbors('helper'))
    expect(helpers).toHaveLength(1)
    expect(helpers?.[0]).toMatchObject({
      trajectory_id: '00000000-0000-7000-8000-000000000002',
      agent: { model_name: 'gpt-5.2-codex' },
      final_metrics: { total_prompt_tokens: 110, total_steps: 5 },
    })
    // The stream tells the agent's own 1000 only, and is right about them.
    expect(totals).toMatchObject({ usage: { inputTokens: 1110, outputTokens: 50 }, differences: [] })
  })

  test('a run that was killed keeps the call that nothing came back for, and what it took', async () => {
    const { document } = await convert(recorded('killed'))
    const theirs = harbors('killed')
    expect(theirs).toMatchObject({ steps: [{}, {}, {}, { message: 'Waiting.' }] })
    expect(document.steps.slice(0, 3)).toEqual(theirs.steps.slice(0, 3))
    expect(document.steps[3]).toMatchObject({
      ...theirs.steps[3],
      tool_calls: [{ tool_call_id: 'call_1', arguments: { cmd: 'sleep 100' } }],
      metrics: { prompt_tokens: 100, completion_tokens: 5 },
    })
    expect(document.steps[3]?.observation).toBeUndefined()
    expect(document.final_metrics).toMatchObject({ total_prompt_tokens: 100, total_steps: 4 })
  })
})

describe('an answer of the model', () => {
  const stepsOf = async (...lines: string[]): Promise<readonly TrajectoryStep[]> =>
    (await convert({ [ROLLOUT]: lines })).document.steps

  test('is one step with the thoughts, the words and the calls between two counts', async () => {
    const thought = (text: string): string => item({ type: 'reasoning', summary: [{ text }] })
    const steps = await stepsOf(
      thought('one'),
      thought('two'),
      message('assistant', 'A'),
      message('assistant', 'B'),
      call('x'),
      call('y', { name: 'other', arguments: 'no json' }),
      output('y', '{"output":"yes","metadata":{"exit_code":0}}'),
      output('x', [
        { type: 'text', text: 'a' },
        { type: 'input_image', image_url: 'https://x/y.png' },
        { type: 'audio' },
      ]),
      tokens(7),
      message('assistant', 'C'),
      tokens(9),
    )
    expect(steps).toHaveLength(2)
    expect(steps[0]).toMatchObject({
      message: 'A\n\nB',
      reasoning_content: 'one\n\ntwo',
      tool_calls: [
        { tool_call_id: 'x', arguments: { cmd: 'ls' } },
        { tool_call_id: 'y', function_name: 'other', arguments: { input: 'no json' } },
      ],
      observation: {
        results: [
          { source_call_id: 'x', content: 'a\n[image: https://x/y.png]\n{"type": "audio"}' },
          { source_call_id: 'y', content: 'yes' },
        ],
      },
      metrics: { prompt_tokens: 7 },
      extra: { api_call_id: 'api_call_1', tool_call_details: { y: { metadata: { exit_code: 0 } } } },
    })
    expect(steps[1]).toMatchObject({
      message: 'C',
      metrics: { prompt_tokens: 9 },
      extra: { api_call_id: 'api_call_2' },
    })
  })

  test('has the time of its last words, and without any of the call that came back first', async () => {
    const at = (second: number): string => `2026-11-21T10:00:0${second}Z`
    const words = (role: string, second: number): string =>
      item({ type: 'message', role, content: [{ type: 'output_text', text: 'A' }] }, at(second))
    const asked = (id: string, second: number): string =>
      item({ type: 'function_call', call_id: id, name: 'exec_command', arguments: '{}' }, at(second))
    const spoken = await stepsOf(
      words('assistant', 1),
      words('assistant', 2),
      asked('x', 3),
      output('x', ''),
      tokens(1),
    )
    expect(spoken[0]?.timestamp).toBe(at(2))
    const silent = await stepsOf(asked('x', 1), asked('y', 2), output('y', ''), output('x', ''), tokens(1))
    expect(silent[0]?.timestamp).toBe(at(2))
    expect((await stepsOf(asked('x', 1)))[0]?.timestamp).toBe(at(1))
  })

  test('keeps thoughts that no word came after', async () => {
    const thought = (text: string): string => item({ type: 'reasoning', summary: [text] })
    const steps = await stepsOf(
      thought('one'),
      message('user', 'stop'),
      ...Array.from({ length: 450 }, () => thought('x')),
    )
    expect(steps.map((step) => step.reasoning_content?.length)).toEqual([3, undefined, 450 + 449 * 2])
  })

  test('gets what comes back for it late, also after others', async () => {
    const steps = await stepsOf(
      call('x'),
      tokens(1),
      message('assistant', 'B'),
      tokens(2),
      output('x', 'late'),
      tokens(3),
    )
    expect(steps.map(({ observation, metrics }) => [observation?.results[0]?.content, metrics?.prompt_tokens])).toEqual(
      [
        ['late', 1],
        [undefined, 2],
      ],
    )
  })

  test('that somebody speaks into is two steps, and counted once', async () => {
    const steps = await stepsOf(
      message('assistant', 'A'),
      message('user', 'wait'),
      message('assistant', 'B'),
      tokens(5),
    )
    expect(steps.map((step) => [step.source, step.message, step.metrics?.prompt_tokens])).toEqual([
      ['agent', 'A', undefined],
      ['user', 'wait', undefined],
      ['agent', 'B', 5],
    ])
  })

  test('keeps as text what is nested too deep to be written again', async () => {
    const deep = `${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}`
    const [step] = await stepsOf(call('x', { arguments: deep }), output('x', deep), tokens(1))
    expect(step?.tool_calls?.[0]?.arguments).toEqual({ input: deep })
    expect(step?.observation?.results[0]?.content).toBe(deep)
  })

  test('is given what nobody asked for', async () => {
    const [step] = await stepsOf(output('z', { some: 'thing' }), message('assistant', 'A'))
    expect(step).toMatchObject({
      tool_calls: [{ tool_call_id: 'z', function_name: '', arguments: {} }],
      observation: { results: [{ source_call_id: 'z', content: '{"some": "thing"}' }] },
    })
  })
})

describe('more than is held at once', () => {
  const long = 'x'.repeat(400_000)

  test('does not wait for a call for ever', async () => {
    const lines = [
      call('x'),
      tokens(1),
      ...[1, 2, 3, 4].flatMap((n) => [message('assistant', `${n}${long}`), tokens(n)]),
    ]
    const { document } = await convert({ [ROLLOUT]: [...lines, output('x', 'too late'), message('assistant', 'end')] })
    expect(document.steps.map((step) => textIn(step).slice(0, 3))).toEqual(['', '1xx', '2xx', '3xx', '4xx', 'end'])
    expect(document.steps[0]?.observation).toBeUndefined()
    expect(document.steps[5]?.observation?.results).toEqual([{ source_call_id: 'x', content: 'too late' }])
  })

  test('does not cut a step for the pictures that are left out of it', async () => {
    const picture = { type: 'input_image', image_url: `data:image/png;base64,${long}${long}${long}` }
    const { document } = await convert({
      [ROLLOUT]: [
        call('x'),
        call('y'),
        output('x', [picture]),
        output('y', [picture]),
        message('assistant', 'A'),
        tokens(1),
      ],
    })
    expect(document.steps).toMatchObject([{ message: 'A', metrics: { prompt_tokens: 1 }, tool_calls: [{}, {}] }])
  })

  test('is cut into several steps, of which nothing is lost', async () => {
    const ids = Array.from({ length: 12 }, (_, index) => `c${index}`)
    const { document } = await convert({ [ROLLOUT]: ids.flatMap((id) => [call(id), output(id, `${id}${long}`)]) })
    expect(document.steps.length).toBeGreaterThan(2)
    const results = document.steps.flatMap(({ observation }) => observation?.results ?? [])
    expect(results.map(({ content }) => content)).toEqual(ids.map((id) => `${id}${long}`))
  })

  test('of a stream is cut, too', async () => {
    const items = Array.from({ length: 12 }, (_, index) => {
      const agent_message = { id: `item_${index}`, type: 'agent_message', text: `${index}${long}` }
      return JSON.stringify({ type: 'item.completed', item: agent_message })
    })
    const { document } = await convert({ 'agent/codex.txt': items })
    expect(document.steps.length).toBeGreaterThan(3)
    expect(document.steps.filter((step) => textIn(step) === '')).toEqual([])
    expect(document.steps.slice(1).map(textIn).join('\n\n').split('\n\n')).toHaveLength(12)
  })
})

describe('totals', () => {
  test('say where the stream and the rollout disagree', async () => {
    const files = recorded('solve')
    const stream = files['agent/codex.txt']?.replace('"input_tokens":6800', '"input_tokens":6801') ?? ''
    const changed = { ...files, 'agent/codex.txt': stream }
    const { totals } = await convert(changed)
    expect(totals.usage.inputTokens).toBe(6800)
    expect(totals.differences).toEqual([
      expect.stringMatching(/^input tokens: 6801 by agent\/codex.txt, 6800 by agent\/sess/),
    ])
  })
})

describe('without a rollout', () => {
  test('the stream is taken', async () => {
    const files = recorded('solve')
    const { document, totals } = await convert({ 'agent/codex.txt': files['agent/codex.txt'] ?? '' })
    expect(document).toMatchObject({
      agent: { name: 'codex', version: '0.1.0', model_name: 'openai/gpt-5.5' },
      final_metrics: { total_prompt_tokens: 6800, total_steps: 5 },
    })
    expect(document.notes).toContain('no rollout is left')
    expect(document.steps[0]).toEqual({ step_id: 1, source: 'user', message: 'Write the greeting.' })
    expect(document.steps[1]?.observation?.results).toMatchObject([
      { source_call_id: 'item_2' },
      { source_call_id: 'item_3', content: 'oops\nexit code 3' },
    ])
    expect(totals.usage.outputTokens).toBe(190)
  })

  test.each(['refused-key', 'rate-limit', 'no such fixture'])(
    'and without a turn there is nothing: %s',
    async (name) => {
      const files = name.includes(' ') ? {} : recorded(name)
      expect(await convertRecorded(convertCodex, files, { agent: 'codex', model: null })).toEqual(NOTHING_CONVERTED)
    },
  )
})

describe('whatever a rollout holds', () => {
  const meaningless = fc
    .record({ type: fc.constantFrom('compacted', 'event_msg', 'world_state'), payload: fc.jsonValue() })
    .map((line) => JSON.stringify(line))

  test('lines between others change no step', async () => {
    const files = recorded('solve')
    const path = Object.keys(files).find((name) => name.endsWith('.jsonl')) ?? ''
    const lines = (files[path] ?? '').trimEnd().split('\n')
    const garbage = fc.oneof(meaningless, strayLines(lines)).filter((text) => !/token_count|turn_|task_/.test(text))
    const plain = await convert(files)
    await fc.assert(
      // A last line, so that something stands behind all others.
      fc.asyncProperty(mixtures([[...lines, '']], garbage), async ({ mixed }) => {
        expect((await convert({ ...files, [path]: mixed })).document).toEqual(plain.document)
      }),
      { numRuns: 40 },
    )
  })

  test('fields of any shape make valid steps', async () => {
    const id = fc.oneof(fc.constantFrom('a', 'b', 'c'), fc.jsonValue())
    const payload = fc.record(
      {
        type: fc.constantFrom(
          'message',
          'reasoning',
          'function_call',
          'custom_tool_call',
          'function_call_output',
          'web_search_call',
          'token_count',
          'turn_started',
        ),
        role: fc.oneof(fc.constantFrom('user', 'assistant', 'developer'), fc.jsonValue()),
        content: fc.oneof(fc.jsonValue(), fc.array(fc.record({ text: fc.jsonValue() }))),
        summary: fc.oneof(fc.jsonValue(), fc.array(fc.oneof(fc.string(), fc.record({ text: fc.jsonValue() })))),
        call_id: id,
        id,
        name: fc.jsonValue(),
        arguments: fc.oneof(fc.jsonValue(), fc.json()),
        input: fc.jsonValue(),
        output: fc.oneof(
          fc.jsonValue(),
          fc.json(),
          fc.array(fc.record({ type: fc.constantFrom('text', 'image', 'audio'), text: fc.jsonValue() })),
        ),
        action: fc.jsonValue(),
        status: fc.jsonValue(),
        turn_id: fc.jsonValue(),
        info: fc.oneof(
          fc.jsonValue(),
          fc.record({
            last_token_usage: fc.record({ input_tokens: fc.double() }),
            total_token_usage: fc.record({ input_tokens: fc.nat() }),
          }),
        ),
      },
      { requiredKeys: ['type'] },
    )
    const line = fc.record({
      type: fc.constantFrom(
        'response_item',
        'response_item',
        'event_msg',
        'session_meta',
        'turn_context',
        'token_usage_record',
      ),
      timestamp: fc.oneof(fc.constant('2026-11-21T10:00:00Z'), fc.jsonValue()),
      payload: fc.oneof(payload, fc.jsonValue()),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(line, { maxLength: 30 }), async (lines) => {
        const texts = [message('user', 'hello'), ...lines.map((each) => JSON.stringify(each))]
        const { document } = await convert({ [ROLLOUT]: texts })
        expect(document.steps.map(({ step_id }) => step_id)).toEqual(document.steps.map((_, index) => index + 1))
      }),
      { numRuns: 150 },
    )
  })
})

function hasRef(result: { readonly subagent_trajectory_ref?: unknown }): boolean {
  return result.subagent_trajectory_ref !== undefined
}

function textIn({ message: text }: TrajectoryStep): string {
  return typeof text === 'string' ? text : ''
}
