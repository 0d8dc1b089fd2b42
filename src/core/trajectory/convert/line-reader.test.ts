import fc from 'fast-check'
import { expect, it } from 'vitest'
import { toLogFolder } from './log-folder.ts'
import { createLineReader, type DemandOf } from './line-reader.ts'

const FILES = ['a', 'b', 'c'].map((path) => ({
  path,
  lines: Array.from({ length: 30 }, (_, index) => `${path}${index} ${'x'.repeat((index * 7) % 13)}`),
}))

it('finds every line in any order, with few files open and little kept', async () => {
  const wanted = fc.array(fc.record({ file: fc.nat(FILES.length - 1), line: fc.nat(29) }), { maxLength: 60 })
  const limits = fc.record({ skipBytes: fc.nat(80), keptChars: fc.nat(60), openFiles: fc.integer({ min: 1, max: 3 }) })
  await fc.assert(
    fc.asyncProperty(wanted, limits, async (asked, given) => {
      const opened = { now: 0, most: 0 }
      const reader = createLineReader(toFolder(opened), demandOf, given)
      for (const { file, line } of asked) {
        const { path, lines } = FILES[file] ?? { path: '', lines: [] }
        expect(await reader.read(path, placeOf(lines, line))).toBe(lines[line])
      }
      await reader.close()
      expect(opened.now).toBe(0)
      // One more for a line that is fetched alone.
      expect(opened.most).toBeLessThanOrEqual(given.openFiles + 1)
    }),
    { numRuns: 200 },
  )
})

it('answers null for what is not there', async () => {
  const reader = createLineReader(toFolder({ now: 0, most: 0 }), demandOf)
  expect([await reader.read('a', 1), await reader.read('a', 1_000_000), await reader.read('none', 0)]).toEqual([
    null,
    null,
    null,
  ])
  expect(await reader.read('a', 0)).toBe('a0 ')
  await reader.close()
})

/** What it is told wrongly costs time only. */
const demandOf: DemandOf = (_path, at) => (['none', 'once', 'several'] as const)[at % 3] ?? 'none'

function placeOf(lines: readonly string[], line: number): number {
  return lines.slice(0, line).reduce((sum, { length }) => sum + length + 1, 0)
}

function toFolder(opened: { now: number; most: number }): ReturnType<typeof toLogFolder> {
  async function* read(path: string, from = 0): AsyncGenerator<Uint8Array> {
    opened.now += 1
    opened.most = Math.max(opened.most, opened.now)
    try {
      const bytes = new TextEncoder().encode(FILES.find((file) => file.path === path)?.lines.join('\n') ?? '')
      for (let at = from; at < bytes.length; at += 16) yield bytes.slice(at, at + 16)
    } finally {
      opened.now -= 1
    }
  }
  return toLogFolder({ list: async () => [], readBytes: read })
}
