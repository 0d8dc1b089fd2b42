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
import { convertGeminiCli } from './gemini-cli.ts'

const SESSION = 'agent/gemini-cli.trajectory.jsonl'

const convert = async (files: Readonly<Record<string, string>>) =>
  convertRecorded(convertGeminiCli, files, { agent: 'gemini-cli', model: 'google/gemini-2.5-pro' })

const convertLines = async (...lines: readonly unknown[]) =>
  convert({ [SESSION]: lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n') })

const user = (id: string, text = id): Record<string, unknown> => ({ id, type: 'user', content: [{ text }] })
const model = (id: string, more: Record<string, unknown> = {}): Record<string, unknown> => ({
  id,
  type: 'gemini',
  content: id,
  model: 'gemini-2.5-pro',
  ...more,
})
const HEAD = { sessionId: 's', kind: 'main' }

const messages = (document: Trajectory | null): readonly unknown[] =>
  (document?.steps ?? []).map((step) => step.message)

describe('a session that was recorded', () => {
  test('is converted as by Harbor, but for the empty words of a user', async () => {
    const { document, totals } = await convert(recordedLogs('gemini-cli', 'solve'))
    expect(document).toEqual(withoutAnswers(harborTrajectory('gemini-cli', 'solve')))
    expect(totals).toEqual({
      usage: { inputTokens: 3300, cachedTokens: 2100, outputTokens: 60, costUsd: null },
      differences: [],
      skipped: 0,
    })
  })

  test('has what its tools failed of beside that, and says where its subagents are not counted', async () => {
    const { document, totals } = await convert(recordedLogs('gemini-cli', 'tools'))
    const harbor = withoutAnswers(harborTrajectory('gemini-cli', 'tools'))
    const errors = document?.steps[1]?.observation?.results.map(({ content }) => content)
    expect(errors).toEqual([
      'File not found: /app/nope/missing.txt',
      'File not found: /app/out.txt',
      expect.stringContaining('Tool "no_such_tool" not found') as unknown,
    ])
    for (const result of document?.steps[1]?.observation?.results ?? []) delete result.content
    expect(document).toEqual(harbor)
    expect(totals?.usage.inputTokens).toBe(200)
    expect(totals?.differences[0]).toContain('input tokens: 200 in its session, 1810 by its own count')
  })
})

describe('lines of a session', () => {
  test('of one message are laid over each other, in the place of the first', async () => {
    const { document } = await convertLines(
      HEAD,
      user('u'),
      model('a', { tokens: { input: 5, output: 1 } }),
      model('b'),
      model('a', { content: 'A', toolCalls: [{ id: 'c', name: 'n', args: {} }], tokens: { input: 5, output: 1 } }),
      { id: 'a', type: 'message_update', tokens: { output: 2, thoughts: 1 } },
    )
    expect(messages(document)).toEqual(['u', 'A', 'b'])
    expect(document?.steps[1]?.metrics).toMatchObject({ prompt_tokens: 5, completion_tokens: 3 })
    expect(document?.final_metrics).toMatchObject({ total_prompt_tokens: 5, total_steps: 3 })
  })

  test('may come before their message', async () => {
    const { document } = await convertLines(
      { id: 'a', type: 'message_update', content: 'later' },
      user('u'),
      model('a'),
    )
    expect(messages(document)).toEqual(['u', 'later'])
  })

  test('that are taken back are not there, and may be written anew', async () => {
    const lines = [user('u'), model('a'), user('v'), model('b'), { $rewindTo: 'v' }]
    expect(messages((await convertLines(...lines, model('c'), user('v', 'anew'))).document)).toEqual([
      'u',
      'a',
      'c',
      'anew',
    ])
    expect(messages((await convertLines(...lines, { $rewindTo: 'nobody' }, model('c'))).document)).toEqual(['c'])
    const early = { id: 'e', type: 'message_update', content: 'taken back' }
    expect(messages((await convertLines(...lines, early, { $rewindTo: 'nobody' }, model('e'))).document)).toEqual(['e'])
  })

  test('that cannot be read are counted', async () => {
    const { document, totals } = await convertLines(HEAD, user('u'), '{"id":', model('a'))
    expect(messages(document)).toEqual(['u', 'a'])
    expect(totals?.skipped).toBe(1)
    expect(document).toMatchObject({ session_id: 's', agent: { name: 'gemini-cli', version: 'unknown' } })
  })

  test('say thoughts with their subject, and name pictures', async () => {
    const { document } = await convertLines(
      model('a', {
        thoughts: [{ subject: 'Plan', description: 'do it' }, { description: 'alone' }, { subject: 'empty' }],
        toolCalls: [
          {
            id: 'c',
            name: 'read_file',
            args: { path: 'x.png' },
            result: [
              {
                functionResponse: {
                  response: { output: 'seen' },
                  parts: [{ inlineData: { mimeType: 'image/png', data: 'AA==' } }],
                },
              },
            ],
          },
        ],
      }),
    )
    expect(document?.steps[0]).toMatchObject({
      reasoning_content: 'Plan: do it\nalone',
      observation: { results: [{ source_call_id: 'c', content: 'seen\n[image/png]' }] },
    })
  })
})

describe('a session as one document', () => {
  const document = JSON.stringify({ sessionId: 'old', messages: [user('u'), model('a'), { type: 'info' }] }, null, 2)

  test('is that of older versions', async () => {
    const { document: converted } = await convert({ 'agent/gemini-cli.trajectory.json': document })
    expect(converted?.session_id).toBe('old')
    expect(messages(converted)).toEqual(['u', 'a'])
  })

  test('that is too long, cut or missing is left to the log', async () => {
    const log = recordedLogs('gemini-cli', 'solve')['agent/gemini-cli.txt'] ?? ''
    const long = JSON.stringify({ messages: [user('u', 'x'.repeat(25 * 1024 ** 2))] }, null, 2)
    for (const [text, instruction] of [
      [long, 'Do it.'],
      [document.slice(0, -5), 'Do it.'],
      ['', 'Do it.'],
    ] as const) {
      const files = { 'agent/gemini-cli.txt': log, 'agent/gemini-cli.trajectory.json': text }
      const { document: converted, totals } = await convert(files)
      expect(messages(converted)).toEqual([instruction, 'Let me look.', '', 'Done.'])
      expect(converted?.notes).toContain('left no session')
      expect(converted?.final_metrics).toMatchObject({ total_prompt_tokens: 3300, total_steps: 4 })
      expect(converted?.steps[1]?.observation?.results).toHaveLength(2)
      expect(totals?.usage.outputTokens).toBe(60)
    }
  })
})

test('nothing is made of nothing', async () => {
  expect(await convert({})).toEqual(NOTHING_CONVERTED)
  expect(await convert({ 'agent/gemini-cli.txt': 'Please set an Auth method\n' })).toEqual(NOTHING_CONVERTED)
})

test('whatever stands in a session, its conversion is a trajectory', async () => {
  const id = fc.constantFrom('a', 'b', 'c')
  const line = fc.oneof(
    fc.record({ id, type: fc.constantFrom('user', 'gemini', 'message_update'), content: fc.jsonValue() }),
    fc.record({
      id,
      type: fc.constant('gemini'),
      toolCalls: fc.jsonValue(),
      tokens: fc.jsonValue(),
      timestamp: fc.string(),
    }),
    fc.record({ id, type: fc.constant('gemini'), thoughts: fc.array(fc.jsonValue()), model: fc.jsonValue() }),
    fc.record({ $rewindTo: id }),
    fc.record({ $set: fc.jsonValue() }),
    fc.jsonValue(),
  )
  await fc.assert(
    fc.asyncProperty(fc.array(line), async (lines) => {
      const { document } = await convertLines(...lines.map((one) => JSON.stringify(one)))
      if (document !== null && document.steps.length > 0) expect(validateTrajectory(document).errors).toEqual([])
    }),
  )
})

/** Harbor makes the answers of tools, which it has already, words of a user, and empty ones. */
function withoutAnswers(document: unknown): Trajectory {
  const { steps, final_metrics, ...rest } = Trajectory.parse(document)
  const kept = steps.filter(({ source, message }) => source !== 'user' || hasText(message))
  return {
    ...rest,
    steps: kept.map((step, index) => ({ ...step, step_id: index + 1 })),
    final_metrics: { ...final_metrics, total_steps: kept.length },
  }
}

function hasText(message: unknown): boolean {
  return typeof message !== 'string' || /\S/.test(message)
}
