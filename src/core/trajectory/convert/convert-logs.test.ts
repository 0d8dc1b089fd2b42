import { expect, test } from 'vitest'
import type { Prices } from '../../prices/prices.ts'
import { convertLogs } from './convert-logs.ts'
import type { TrajectoryConverter } from './converter.ts'

/** A dollar for each token that comes out. */
const prices: Prices = async () => (call) => call.outputTokens
const ABOUT = { agent: { name: 'a', version: null }, model: null, instruction: '' }

/** A step for each line of one log. */
const convert: TrajectoryConverter = async ({ logs, agent }) => ({
  head: { schema_version: 'ATIF-v1.7', session_id: 's', agent: { name: agent.name, version: 'v' } },
  async *steps() {
    let step_id = 0
    for await (const { text } of logs.lines('agent/log.txt'))
      yield { step_id: (step_id += 1), source: 'agent', message: text }
  },
  tail: () => ({}),
  totals: () => ({
    usage: { inputTokens: 1, cachedTokens: null, outputTokens: null, costUsd: null },
    differences: [],
    skipped: 0,
  }),
})

/** A log of three lines that come one by one; told of each that is asked for. */
function trialFiles(onLine: (line: number) => void) {
  const written: string[] = []
  return {
    written,
    list: async () => [],
    async *readBytes() {
      for (const line of [1, 2, 3]) {
        onLine(line)
        yield new TextEncoder().encode(`line ${line}\n`)
      }
    },
    async writePieces(_path: string, pieces: AsyncIterable<string>) {
      let text = ''
      for await (const piece of pieces) text += piece
      written.push(text)
    },
  }
}

test('a conversion is written whole', async () => {
  const files = trialFiles(() => {})
  const totals = await convertLogs(convert, files, ABOUT, prices)
  expect(totals).toMatchObject({ usage: { inputTokens: 1 } })
  expect(JSON.parse(files.written.join())).toMatchObject({ steps: [{ step_id: 1 }, { step_id: 2 }, { step_id: 3 }] })
})

test('a conversion that is ended writes nothing, and reads no further', async () => {
  const ended = new AbortController()
  const asked: number[] = []
  const files = trialFiles((line) => {
    asked.push(line)
    if (line === 2) ended.abort()
  })
  await expect(convertLogs(convert, files, ABOUT, prices, ended.signal)).rejects.toMatchObject({ code: 'cancelled' })
  expect(files.written).toEqual([])
  expect(asked).toEqual([1, 2])
})
