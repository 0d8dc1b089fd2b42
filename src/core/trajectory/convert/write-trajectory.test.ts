import { expect, test } from 'vitest'
import { validateTrajectory } from '../validate.ts'
import type { Conversion } from './converter.ts'
import { writeTrajectory } from './write-trajectory.ts'

const USAGE = { inputTokens: 3, cachedTokens: null, outputTokens: 1, costUsd: 0.5 }

function conversionOf(messages: readonly string[]): Conversion {
  let seen = 0
  return {
    head: { schema_version: 'ATIF-v1.7', session_id: 's', agent: { name: 'a', version: '1' }, notes: 'line\nline' },
    async *steps() {
      for (const message of messages) yield { step_id: (seen += 1), source: 'user', message }
    },
    // Known only when the steps have been read.
    tail: () => ({ final_metrics: { total_prompt_tokens: 3, total_steps: seen } }),
    totals: () => ({ usage: USAGE, differences: [], skipped: 0 }),
  }
}

async function write(conversion: Conversion): Promise<{ written: boolean; text: string; pieces: number }> {
  let text = ''
  let pieces = 0
  const writePieces = async (_path: string, all: AsyncIterable<string>): Promise<void> => {
    for await (const piece of all) {
      text += piece
      pieces += 1
    }
  }
  return { written: await writeTrajectory({ writePieces }, conversion), text, pieces }
}

test('the pieces are the document, laid out with two blanks', async () => {
  const { written, text, pieces } = await write(conversionOf(['one\ntwo', '"quoted" ✓']))
  expect(written).toBe(true)
  expect(pieces).toBe(3)
  const document: unknown = JSON.parse(text)
  expect(text).toBe(`${JSON.stringify(document, null, 2)}\n`)
  expect(validateTrajectory(document).errors).toEqual([])
  expect(document).toMatchObject({
    session_id: 's',
    steps: [{ message: 'one\ntwo' }, { step_id: 2 }],
    final_metrics: { total_steps: 2 },
    notes: 'line\nline',
  })
})

test('without a step nothing is written', async () => {
  expect(await write(conversionOf([]))).toEqual({ written: false, text: '', pieces: 0 })
})
