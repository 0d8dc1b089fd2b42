import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  NOTHING_CONVERTED,
  convertRecorded,
  mustConvert,
  harborTrajectory,
  recordedLines,
  recordedLogs,
  type GivenLogs,
} from '../../../../test/support/recorded-logs.ts'
import { mixtures, strayLines } from '../../../../test/support/stray-lines.ts'
import { Trajectory } from '../../../contract/harbor/trajectory.ts'
import { convertOpencode } from './opencode.ts'

const recorded = (name: string): GivenLogs => recordedLogs('opencode', name)

const inMemory = (lines: readonly string[]): GivenLogs => ({ 'agent/opencode.txt': lines })

const INSTRUCTION = 'Write "Hello, world!" into hello.txt in the current folder.\nUse the shell; say when it is done.\n'

const convert = async (files: GivenLogs) =>
  mustConvert(convertOpencode, files, {
    agent: 'opencode',
    model: 'anthropic/claude-x',
    instruction: INSTRUCTION,
  })

/** What Harbor 0.24's own converter makes of the same file. */
const harbors = (name: string): Trajectory => Trajectory.parse(harborTrajectory('opencode', name))

describe("Harbor's conversion", () => {
  test('is ours, but for the errors of tools', async () => {
    const { document, totals } = await convert(recorded('solved'))
    const results = document.steps[1]?.observation?.results ?? []
    expect(results[0]).toEqual({
      source_call_id: 'toolu_5634a2sxgf',
      content: 'File not found: /nonexistent',
      extra: { is_error: true },
    })
    results.shift()
    expect(document).toEqual(harbors('solved'))
    expect(totals).toEqual({
      usage: { inputTokens: 3400, cachedTokens: 1000, outputTokens: 84, costUsd: null },
      differences: [],
      skipped: 0,
    })
  })

  test('is ours, but for subagents', async () => {
    const { subagent_trajectories, ...document } = (await convert(recorded('subagent'))).document
    const [subagent] = subagent_trajectories ?? []
    expect(subagent).toMatchObject({
      trajectory_id: 'ses_e01d8e373ffedl2zAaUui9E7o7',
      agent: { name: 'opencode', model_name: 'anthropic/task-1', extra: { agent: 'general' } },
      steps: [
        { source: 'user', message: 'List files' },
        { source: 'agent', message: 'I will create the file.', tool_calls: [{ function_name: 'bash' }] },
        { source: 'agent', message: 'Done: hello.txt is written.' },
      ],
      final_metrics: { total_prompt_tokens: 3400, total_steps: 3 },
    })
    const result = document.steps[1]?.observation?.results[0]
    expect(result?.subagent_trajectory_ref).toEqual([
      { trajectory_id: 'ses_e01d8e373ffedl2zAaUui9E7o7', session_id: 'ses_e01d8e373ffedl2zAaUui9E7o7' },
    ])
    delete result?.subagent_trajectory_ref
    expect(document).toEqual(harbors('subagent'))
  })

  test('is ours, but for a turn that was cut off', async () => {
    const { document } = await convert(recorded('retried'))
    expect(document.steps.pop()).toMatchObject({ step_id: 3, message: 'I will now' })
    expect(document.final_metrics).toMatchObject({ total_steps: 3 })
    expect(document.steps).toEqual(harbors('retried').steps)
  })
})

describe('logs', () => {
  test('without a turn make no trajectory', async () => {
    for (const files of [recorded('refused-key'), recorded('rate-limited'), {}]) {
      const ask = { agent: 'opencode', model: null }
      expect(await convertRecorded(convertOpencode, files, ask)).toEqual(NOTHING_CONVERTED)
    }
  })

  test('of newer versions say what was asked', async () => {
    const user = { type: 'user', timestamp: 1_000, parts: [{ type: 'text', text: 'Do it.' }, { type: 'file' }, 7] }
    const start = { type: 'step_start', part: { type: 'step-start' } }
    const end = { type: 'step_finish', timestamp: 2_500, part: { type: 'step-finish', cost: 0.5 } }
    const { document } = await convert(inMemory([user, start, end].map((event) => JSON.stringify(event))))
    expect(document.steps[0]).toEqual({
      step_id: 1,
      timestamp: '1970-01-01T00:00:01+00:00',
      source: 'user',
      message: 'Do it.',
    })
    expect(document.final_metrics).toEqual({ total_cost_usd: 0.5, total_steps: 2 })
  })

  test('are converted whatever they hold', async () => {
    const lines = recordedLines('opencode', 'solved')
    const expected = (await convert(inMemory(lines))).document
    await fc.assert(
      fc.asyncProperty(mixtures([lines], strayLines(lines)), async ({ mixed }) => {
        expect((await convert(inMemory(mixed))).document).toEqual(expected)
      }),
      { numRuns: 50 },
    )
  })
})
