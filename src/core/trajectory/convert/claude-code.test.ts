import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  NOTHING_CONVERTED,
  convertRecorded,
  harborTrajectory,
  recordedLogs,
  type Converted,
  type RecordedLogs,
} from '../../../../test/support/recorded-logs.ts'
import { mixtures } from '../../../../test/support/stray-lines.ts'
import { validateTrajectory } from '../validate.ts'
import { convertClaudeCode } from './claude-code.ts'

const SESSION = 'agent/sessions/projects/-app/s1.jsonl'
const SUBAGENT = 'agent/sessions/projects/-app/s1/subagents/agent-a.jsonl'
const STREAM = 'agent/claude-code.txt'

describe('recorded sessions', () => {
  it.each(['solve', 'subagent'])('become what Harbor’s own converter made of them: %s', async (name) => {
    const { document, totals } = await convert(recorded(name))
    expect(document).toEqual(harborTrajectory('claude-code', name))
    expect(validateTrajectory(document).errors).toEqual([])
    expect(totals).toMatchObject({ differences: [], skipped: 0 })
  })

  it('count the tokens of subagents, and take the cost from the CLI', async () => {
    const { totals } = await convert(recorded('subagent'))
    expect(totals?.usage).toEqual({
      inputTokens: 780,
      cachedTokens: 600,
      outputTokens: 303,
      costUsd: 0.0053549999999999995,
    })
  })

  it('say where their sums differ from the CLI’s', async () => {
    const files = { ...recorded('solve') }
    files[STREAM] =
      `${files[STREAM]?.replace('"inputTokens":40', '"inputTokens":41').replace('"outputTokens":206', '"outputTokens":7')}`
    const { totals } = await convert(files)
    expect(totals?.differences).toEqual([
      'input tokens: its messages add up to 520, its result says 521',
      'output tokens: its messages add up to 206, its result says 7',
    ])
    expect(totals?.usage.inputTokens).toBe(520)
  })

  it('have no cost where the CLI was cut off before it said one', async () => {
    const files = { ...recorded('solve'), [STREAM]: '' }
    const { document, totals } = await convert(files)
    expect(totals?.usage.costUsd).toBeNull()
    expect(document?.final_metrics).not.toHaveProperty('total_cost_usd')
  })
})

describe('without session files', () => {
  it('takes what was printed, the instruction first, and output tokens of the result only', async () => {
    const { document, totals } = await convert({ [STREAM]: recorded('subagent')[STREAM] ?? '' })
    expect(validateTrajectory(document).errors).toEqual([])
    expect(
      document?.steps.map(({ source, message, tool_calls }) => [source, message, tool_calls?.length ?? 0]),
    ).toEqual([
      ['user', 'Do it.', 0],
      ['agent', 'I delegate.', 2],
      ['user', 'sub task: count A', 0],
      ['user', 'sub task: count B', 0],
      ['agent', '', 1],
      ['agent', '', 1],
      ['agent', 'Both are back.', 0],
    ])
    expect(document?.steps.map(({ extra }) => extra?.['agent_id'])).toEqual([
      undefined,
      undefined,
      'toolu_11',
      'toolu_12',
      'toolu_11',
      'toolu_12',
      undefined,
    ])
    expect(document?.steps[1]?.metrics).toMatchObject({ prompt_tokens: 130, cached_tokens: 100 })
    expect(document?.steps[1]?.metrics).not.toHaveProperty('completion_tokens')
    expect(document?.steps[1]?.observation?.results).toHaveLength(2)
    expect(totals?.usage.outputTokens).toBe(303)
    // The last messages of its subagents are not printed.
    expect(totals?.differences).toEqual([
      'input tokens: its messages add up to 520, its result says 780',
      'cached tokens: its messages add up to 400, its result says 600',
    ])
  })

  it('does so too where there are several projects, of which nobody knows which is meant', async () => {
    const files = recorded('solve')
    const session = sessionOf(files)
    const { document } = await convert({ ...files, 'agent/sessions/projects/-other/x.jsonl': files[session] ?? '' })
    expect(document?.steps[0]).toEqual({
      step_id: 1,
      source: 'user',
      message: 'Do it.',
      extra: { is_sidechain: false },
    })
  })

  it('is nothing where nothing was left, or nothing that makes a step', async () => {
    expect(await convert({})).toEqual(NOTHING_CONVERTED)
    expect(await convert({ [STREAM]: 'bash: claude: command not found\n' })).toEqual(NOTHING_CONVERTED)
  })
})

describe('what sessions hold besides', () => {
  it('puts lines in the order of their times, across files, and drops copies', async () => {
    const a = assistant('m1', 2, [{ type: 'text', text: 'second' }])
    const { document } = await convert({
      [SESSION]: lines(assistant('m2', 4, [{ type: 'text', text: 'fourth' }]), a, a, user(1, 'first')),
      [SUBAGENT]: lines({ ...user(3, 'third'), isSidechain: true, agentId: 'x' }),
    })
    expect(document?.steps.map(({ message }) => message)).toEqual(['first', 'second', 'third', 'fourth'])
    expect(document?.steps.map(({ step_id }) => step_id)).toEqual([1, 2, 3, 4])
  })

  it('puts a message together that comes in pieces, its last usage once, answers under their calls', async () => {
    const { document } = await convert({
      [SESSION]: lines(
        assistant('m1', 1, [{ type: 'thinking', thinking: ' hm ' }], { input_tokens: 1, output_tokens: 1 }),
        assistant('m1', 2, [{ type: 'tool_use', id: 'c1', name: 'Bash', input: { command: 'x' } }]),
        user(3, [{ type: 'tool_result', tool_use_id: 'c1', content: 'out', is_error: true }]),
        assistant('m1', 4, [{ type: 'text', text: 'done' }], {
          input_tokens: null,
          output_tokens: 5,
          cache_read_input_tokens: 3,
        }),
        user(5, [{ type: 'tool_result', tool_use_id: 'c1', content: 'again' }]),
        user(6, [{ type: 'tool_result', tool_use_id: 'nobody', content: 'lost' }]),
      ),
    })
    expect(document?.steps).toEqual([
      {
        step_id: 1,
        timestamp: '2026-01-01T00:00:01.000Z',
        source: 'agent',
        model_name: 'claude-x',
        message: 'done',
        reasoning_content: 'hm',
        tool_calls: [
          {
            tool_call_id: 'c1',
            function_name: 'Bash',
            arguments: { command: 'x' },
            extra: { raw_arguments: { command: 'x' }, tool_use_name: 'Bash' },
          },
        ],
        observation: {
          results: [
            {
              source_call_id: 'c1',
              content: 'out\n\n[error] tool reported failure',
              extra: {
                tool_result_metadata: {
                  is_error: true,
                  raw_tool_result: { type: 'tool_result', tool_use_id: 'c1', content: 'out', is_error: true },
                },
                tool_result_is_error: true,
              },
            },
          ],
        },
        metrics: { prompt_tokens: 3, completion_tokens: 5, cached_tokens: 3, extra: { cache_read_input_tokens: 3 } },
        extra: { is_sidechain: false },
        llm_call_count: 1,
      },
    ])
  })

  it('tells a call once that is played back later, and keeps an answer without a call where it names its tool', async () => {
    const call = { type: 'tool_use', id: 'c1', name: 'Bash', input: {} }
    const { document } = await convert({
      [SESSION]: lines(
        assistant('m1', 1, [call]),
        user(2, [{ type: 'tool_result', tool_use_id: 'c1', content: 'one' }]),
        assistant('m2', 3, [call, { type: 'text', text: 'again' }]),
        user(4, [{ type: 'tool_result', tool_use_id: 'c1', content: 'two' }]),
        user(5, [{ type: 'tool_result', tool_use_id: 'c0', name: 'Read', content: 'before all this' }]),
      ),
    })
    const told = document?.steps.map(({ message, tool_calls, observation }) => [
      message,
      tool_calls?.map(({ function_name }) => function_name),
      observation?.results.map(({ content }) => content),
    ])
    expect(told).toEqual([
      ['', ['Bash'], ['one']],
      ['again', undefined, undefined],
      ['', ['Read'], ['before all this']],
    ])
  })

  it('leaves the bytes of a user’s words alone', async () => {
    const text = '  two blanks\r\n\u2028 and an end \n'
    const { document } = await convert({
      [SESSION]: lines(user(1, text), user(2, [{ type: 'text', text }]), user(3, ' ')),
    })
    expect(document?.steps.map(({ message }) => message)).toEqual([text, text])
  })

  it('words structured answers as Harbor does', async () => {
    const about = {
      stdout: 'o\n',
      stderr: 'e',
      interrupted: true,
      isImage: false,
      exitCode: 0,
      exit_code: 2,
      more: { ä: [1, true, null] },
    }
    const { document } = await convert({
      [SESSION]: lines(assistant('m1', 1, [{ type: 'tool_use', id: 'c1', name: 'Bash', input: 'x' }]), {
        ...user(2, [{ type: 'tool_result', tool_use_id: 'c1', content: [{ type: 'text', text: 'a' }] }]),
        toolUseResult: about,
      }),
    })
    expect(document?.steps[0]?.observation?.results[0]?.content).toBe(
      '{"type": "text", "text": "a"}\n\n[stdout]\no\n[stderr]\ne\n[exit_code] 2\n[interrupted] True\n[metadata] {"more": {"ä": [1, true, null]}}',
    )
    expect(document?.steps[0]?.tool_calls?.[0]?.arguments).toEqual({ input: 'x' })
  })

  it('counts lines that cannot be read, and loses no others to them', async () => {
    const files = recorded('solve')
    const path = sessionOf(files)
    const whole = await convert(files)
    const valid = files[path]?.split('\n').filter((line) => line !== '') ?? []
    const garbage = fc.constantFrom('{"type":"assistant","mess', 'garbage', '[]', '7')
    await fc.assert(
      fc.asyncProperty(mixtures([valid], garbage), async ({ mixed, added }) => {
        const { document, totals } = await convert({ ...files, [path]: mixed.join('\n') })
        expect(document).toEqual(whole.document)
        expect(totals?.skipped).toBe(added.length)
      }),
      { numRuns: 40 },
    )
  })

  it('makes a valid document, or none, of lines of any shape', async () => {
    const block = fc.oneof(
      fc.jsonValue(),
      fc.record({
        type: fc.constantFrom('text', 'tool_use', 'tool_result', 'thinking', 'redacted_thinking', 'image'),
        id: fc.constantFrom('a', 'b', '', null),
        tool_use_id: fc.constantFrom('a', 'b', 'c', null),
        name: fc.constantFrom('Bash', '', 1),
        text: fc.jsonValue(),
        input: fc.jsonValue(),
        content: fc.jsonValue(),
      }),
    )
    const line = fc.record({
      type: fc.constantFrom('assistant', 'user', 'system'),
      uuid: fc.oneof(fc.string(), fc.jsonValue()),
      timestamp: fc.constantFrom('2026-01-01T00:00:00Z', '2026-01-01T00:00:05.5Z', 'yesterday', 5, null),
      isSidechain: fc.jsonValue(),
      agentId: fc.jsonValue(),
      message: fc.oneof(
        fc.jsonValue(),
        fc.record({
          id: fc.constantFrom('m', 'n', '', 3),
          role: fc.jsonValue(),
          model: fc.jsonValue(),
          content: fc.oneof(fc.array(block), fc.jsonValue()),
          usage: fc.oneof(fc.jsonValue(), fc.record({ input_tokens: fc.jsonValue(), output_tokens: fc.nat() })),
        }),
      ),
      toolUseResult: fc.jsonValue(),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(line, { maxLength: 12 }), fc.constantFrom(SESSION, STREAM), async (made, path) => {
        const { document } = await convert({ [path]: lines(...made) })
        if (document !== null) expect(validateTrajectory(document).errors).toEqual([])
      }),
    )
  })
})

async function convert(files: RecordedLogs): Promise<Converted> {
  return convertRecorded(convertClaudeCode, files, { agent: 'claude-code', model: null })
}

function recorded(name: string): RecordedLogs {
  return recordedLogs('claude-code', name)
}

function sessionOf(files: Readonly<Record<string, string>>): string {
  return Object.keys(files).find((path) => path.endsWith('.jsonl')) ?? ''
}

function lines(...values: readonly unknown[]): string {
  return values.map((value) => `${JSON.stringify(value)}\n`).join('')
}

function assistant(id: string, second: number, content: readonly unknown[], usage?: object): object {
  const message = { id, role: 'assistant', model: 'claude-x', content, usage }
  return { type: 'assistant', uuid: `${id} ${second}`, timestamp: at(second), isSidechain: false, message }
}

function user(second: number, content: unknown): object {
  return { type: 'user', timestamp: at(second), isSidechain: false, message: { role: 'user', content } }
}

function at(second: number): string {
  return `2026-01-01T00:00:0${second}.000Z`
}
