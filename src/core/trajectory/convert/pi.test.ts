import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  NOTHING_CONVERTED,
  convertRecorded,
  mustConvert,
  harborTrajectory,
  recordedLogs,
  type GivenLogs,
} from '../../../../test/support/recorded-logs.ts'
import { mixtures, strayLines } from '../../../../test/support/stray-lines.ts'
import { convertPi } from './pi.ts'

const recorded = (name: string): GivenLogs => recordedLogs('pi', name)

const inMemory = (lines: readonly string[]): GivenLogs => ({ 'agent/pi/sessions/2026.jsonl': lines })

const convert = async (files: GivenLogs) => mustConvert(convertPi, files, { agent: 'pi', model: 'anthropic/claude-x' })

/** What Harbor 0.24's own converter makes of the same file. */
function harbors(name: string): unknown {
  return withoutNothing(harborTrajectory('pi', name))
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
    expect(await convertRecorded(convertPi, {}, { agent: 'pi', model: null })).toEqual(NOTHING_CONVERTED)
  })

  test('name the model that the conversation changed to last, not one of a branch that was left', async () => {
    const change = (id: string, parentId: string | null, modelId: string) =>
      JSON.stringify({ type: 'model_change', id, parentId, provider: 'p', modelId })
    const { document } = await convert(
      inMemory([
        change('a', null, 'first'),
        'no entry',
        change('b', 'a', 'second'),
        change('c', 'b', 'left'),
        JSON.stringify({ type: 'message', id: 'd', parentId: 'b', message: { role: 'user', content: 'Go on.' } }),
      ]),
    )
    expect(document.agent.model_name).toBe('p/second')
    expect(document.steps).toMatchObject([{ message: 'Go on.' }])
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
    const session = Object.entries(recordedLogs('pi', 'branched')).find(([path]) => path.includes('/sessions/'))
    const lines = session?.[1].trimEnd().split('\n') ?? []
    const expected = (await convert(inMemory(lines))).document
    await fc.assert(
      fc.asyncProperty(mixtures([lines], strayLines(lines)), async ({ mixed }) => {
        expect((await convert(inMemory(mixed))).document).toEqual(expected)
      }),
      { numRuns: 50 },
    )
  })
})
