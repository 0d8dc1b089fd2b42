import { createReadStream, existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Trajectory, type TrajectoryStep } from '../../../contract/harbor/trajectory.ts'
import { validateTrajectory } from '../validate.ts'
import type { ConversionTotals, LogFolder } from './converter.ts'
import { toLogFolder } from './log-folder.ts'
import { convertOpencode } from './opencode.ts'

const FIXTURES = new URL('../../../../test/fixtures/opencode/', import.meta.url).pathname

/** What a run left, read in small pieces. */
function recorded(name: string): LogFolder {
  return toLogFolder({
    list: async (folder) =>
      existsSync(join(FIXTURES, name, folder))
        ? readdirSync(join(FIXTURES, name, folder))
            .toSorted()
            .map((file) => ({ path: `${folder}/${file}`, bytes: 1 }))
        : [],
    async *readBytes(path, start = 0) {
      const file = join(FIXTURES, name, path)
      if (existsSync(file)) yield* createReadStream(file, { start, highWaterMark: 100 })
    },
  })
}

function inMemory(lines: readonly string[]): LogFolder {
  return {
    list: async () => [],
    async *lines(path) {
      if (path === 'agent/opencode.txt') for (const text of lines) yield { text, at: 0 }
    },
  }
}

const INSTRUCTION = 'Write "Hello, world!" into hello.txt in the current folder.\nUse the shell; say when it is done.\n'

async function convert(logs: LogFolder): Promise<{ readonly document: Trajectory; readonly totals: ConversionTotals }> {
  const conversion = await convertOpencode({
    logs,
    agent: { name: 'opencode', version: null },
    model: 'anthropic/claude-x',
    instruction: INSTRUCTION,
  })
  if (conversion === null) throw new Error('nothing was converted')
  const steps: TrajectoryStep[] = []
  for await (const step of conversion.steps()) steps.push(step)
  const document: unknown = JSON.parse(JSON.stringify({ ...conversion.head, steps, ...conversion.tail() }))
  if (steps.length > 0) expect(validateTrajectory(document).errors).toEqual([])
  return { document: Trajectory.parse(document), totals: conversion.totals() }
}

/** What Harbor 0.24's own converter makes of the same file. */
function harbors(name: string): Trajectory {
  return Trajectory.parse(JSON.parse(readFileSync(join(FIXTURES, name, 'harbor-trajectory.json'), 'utf8')))
}

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
    for (const name of ['refused-key', 'rate-limited', 'none']) {
      const ask = { logs: recorded(name), agent: { name: 'opencode', version: null }, model: null, instruction: '' }
      expect(await convertOpencode(ask)).toBeNull()
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
    const lines = readFileSync(join(FIXTURES, 'solved', 'agent', 'opencode.txt'), 'utf8')
      .trimEnd()
      .split('\n')
    const garbage = fc.oneof(
      fc.json(),
      fc.string(),
      fc.constantFrom(...lines).chain((text) => fc.nat(text.length - 1).map((end) => text.slice(0, end))),
    )
    const expected = (await convert(inMemory(lines))).document
    await fc.assert(
      fc.asyncProperty(fc.array(garbage, { maxLength: lines.length }), async (between) => {
        const mixed = lines.flatMap((text, index) => [between[index] ?? '', text])
        expect((await convert(inMemory(mixed))).document).toEqual(expected)
      }),
      { numRuns: 50 },
    )
  })
})
