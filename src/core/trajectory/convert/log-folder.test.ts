import fc from 'fast-check'
import { expect, test } from 'vitest'
import { toLogFolder } from './log-folder.ts'
import type { LogLine } from './converter.ts'

const encoder = new TextEncoder()

async function linesOf(bytes: Uint8Array, cuts: readonly number[], fromByte = 0): Promise<LogLine[]> {
  const folder = toLogFolder({
    list: async () => [],
    async *readBytes(_path, from) {
      const rest = bytes.subarray(from)
      const places = [0, ...cuts.map((cut) => cut % (rest.length + 1)).toSorted((a, b) => a - b), rest.length]
      for (let index = 1; index < places.length; index += 1) yield rest.subarray(places[index - 1], places[index])
    },
  })
  const lines: LogLine[] = []
  for await (const line of folder.lines('log', fromByte)) lines.push(line)
  return lines
}

const texts = fc.array(fc.string({ unit: 'grapheme' }).map((text) => text.replaceAll('\n', ' ')))

test('lines and their places are the same however the bytes come', async () => {
  await fc.assert(
    fc.asyncProperty(texts, fc.array(fc.nat()), fc.boolean(), async (lines, cuts, ended) => {
      const bytes = encoder.encode(lines.join('\n') + (ended && lines.length > 0 ? '\n' : ''))
      const read = await linesOf(bytes, cuts)
      const expected = ended || lines.at(-1) !== '' ? lines : lines.slice(0, -1)
      expect(read.map(({ text }) => text)).toEqual(expected)
      for (const { text, at } of read)
        expect(new TextDecoder().decode(bytes.subarray(at, at + encoder.encode(text).length))).toBe(text)
    }),
  )
})

test('reading can begin at any line', async () => {
  const bytes = encoder.encode('eins\nzwölf\n\ndrei')
  const all = await linesOf(bytes, [])
  expect(all).toHaveLength(4)
  for (const [index, { at }] of all.entries()) expect(await linesOf(bytes, [3, 5], at)).toEqual(all.slice(index))
})
