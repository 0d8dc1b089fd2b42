import { createReadStream, existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Trajectory, type TrajectoryStep } from '../../../contract/harbor/trajectory.ts'
import { validateTrajectory } from '../validate.ts'
import type { ConversionTotals, LogFolder } from './converter.ts'
import { toLogFolder } from './log-folder.ts'
import { convertPi } from './pi.ts'

const FIXTURES = new URL('../../../../test/fixtures/pi/', import.meta.url).pathname

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

const SESSION = 'agent/pi/sessions/2026.jsonl'

function inMemory(lines: readonly string[]): LogFolder {
  return {
    list: async () => [{ path: SESSION, bytes: 1 }],
    async *lines(path) {
      if (path === SESSION) for (const text of lines) yield { text, at: 0 }
    },
  }
}

async function convert(logs: LogFolder): Promise<{ readonly document: Trajectory; readonly totals: ConversionTotals }> {
  const conversion = await convertPi({
    logs,
    agent: { name: 'pi', version: null },
    model: 'anthropic/claude-x',
    instruction: 'Do it.',
  })
  if (conversion === null) throw new Error('nothing was converted')
  const steps: TrajectoryStep[] = []
  for await (const step of conversion.steps()) steps.push(step)
  const document: unknown = JSON.parse(JSON.stringify({ ...conversion.head, steps, ...conversion.tail() }))
  if (steps.length > 0) expect(validateTrajectory(document).errors).toEqual([])
  return { document: Trajectory.parse(document), totals: conversion.totals() }
}

/** What Harbor 0.24's own converter makes of the same file. */
function harbors(name: string): unknown {
  return withoutNothing(JSON.parse(readFileSync(join(FIXTURES, name, 'harbor-trajectory.json'), 'utf8')))
}

/** Without keys that say nothing: Harbor writes some of them as null. */
function withoutNothing(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value, (_key, inner: unknown) => inner ?? undefined))
}

describe("Harbor's conversion is ours", () => {
  test.each(['solved', 'two-calls', 'retried', 'turn-limit', 'version-1', 'branched'])('%s', async (name) => {
    const { document } = await convert(recorded(name))
    expect(withoutNothing(document)).toEqual(harbors(name))
  })

  test('with the totals of all requests, also of branches that were left', async () => {
    const { totals } = await convert(recorded('branched'))
    expect(totals.usage).toMatchObject({
      inputTokens: 869,
      cachedTokens: 311,
      outputTokens: 41,
    })
    expect(totals.usage.costUsd).toBeCloseTo(0.033)
    expect(totals.skipped).toBe(1)
  })
})

describe('sessions', () => {
  test('that are not there make no trajectory', async () => {
    const ask = { logs: recorded('none'), agent: { name: 'pi', version: null }, model: null, instruction: '' }
    expect(await convertPi(ask)).toBeNull()
  })

  test('may follow themselves', async () => {
    const message = (id: string, parentId: string) =>
      JSON.stringify({ type: 'message', id, parentId, message: { role: 'user', content: id } })
    const { document } = await convert(inMemory([message('a', 'b'), message('b', 'a'), message('b', 'b')]))
    expect(document.steps.map((step) => step.message)).toContain('b')
  })

  test('name pictures', async () => {
    const content = [
      { type: 'text', text: 'See:' },
      { type: 'image', mimeType: 'image/png', data: 'AAAA' },
    ]
    const { document } = await convert(
      inMemory([JSON.stringify({ type: 'message', message: { role: 'user', content } })]),
    )
    expect(document.steps[0]?.message).toBe('See:\n[image image/png]')
  })

  test('are converted whatever they hold', async () => {
    const [file = ''] = readdirSync(join(FIXTURES, 'branched', 'agent/pi/sessions'))
    const lines = readFileSync(join(FIXTURES, 'branched', 'agent/pi/sessions', file), 'utf8')
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
