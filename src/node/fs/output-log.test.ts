import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { openForAppending } from './log-files.ts'
import { createOutputLog, type TrackedOutputLog } from './output-log.ts'
import { createScrubber } from './scrub.ts'

let folder: string
let path: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tbcc-output-'))
  path = join(folder, 'tbcc.output.log')
})
afterEach(() => rmSync(folder, { recursive: true }))

const open = (secrets: readonly string[] = [], atLeast = 0): TrackedOutputLog =>
  createOutputLog({ path, scrubber: createScrubber(secrets), open: async () => openForAppending(path, atLeast) })
const encode = (text: string): Uint8Array => new TextEncoder().encode(text)

it('says which bytes of the file a chunk took', async () => {
  const log = open()
  const first = await log.write(encode('hello '))
  const second = await log.write(encode('world'))
  const rest = await log.flush()
  expect([first.from, first.to, second.from, second.to, rest.from, rest.to]).toEqual([0, 6, 6, 11, 11, 11])
  await log.close()
  expect(readFileSync(path, 'utf8')).toBe('hello world')
})

it('goes on at the end when it is opened again', async () => {
  writeFileSync(path, 'before ')
  const log = open()
  expect(await log.write(encode('after'))).toMatchObject({ from: 7, to: 12 })
  await log.close()
  expect(readFileSync(path, 'utf8')).toBe('before after')
})

it('leaves a gap where a power cut took what events point at', async () => {
  writeFileSync(path, 'kept')
  const log = open([], 10)
  expect(await log.write(encode('new'))).toMatchObject({ from: 10, to: 13 })
  await log.close()
  expect(readFileSync(path, 'utf8')).toBe('kept\0\0\0\0\0\0new')
})

it('holds back the start of a secret until it is clear, and then counts what came of it', async () => {
  const log = open(['sk-0123456789'])
  const first = await log.write(encode('a sk-0123'))
  expect([first.from, first.to, Buffer.from(first.data).toString()]).toEqual([0, 2, 'a '])
  const rest = await log.write(encode('456789 b'))
  expect([rest.from, rest.to, Buffer.from(rest.data).toString()]).toEqual([2, 14, '[REDACTED] b'])
  expect(await log.write(encode(' sk-'))).toMatchObject({ from: 14, to: 15 })
  expect(await log.flush()).toMatchObject({ from: 15, to: 18 })
  await log.close()
  expect(readFileSync(path, 'utf8')).toBe('a [REDACTED] b sk-')
})

it('has everything in the file, in order, whatever is written at once', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 50 }), { maxLength: 30 }), async (chunks) => {
      rmSync(path, { force: true })
      const log = open()
      const ranges = await Promise.all(chunks.map(async (chunk) => log.write(chunk)))
      await log.close()
      const file = readFileSync(path)
      expect(file).toEqual(Buffer.concat(chunks))
      for (const [index, { from, to }] of ranges.entries())
        expect(file.subarray(from, to)).toEqual(Buffer.from(chunks[index] ?? []))
    }),
    { numRuns: 50 },
  )
})

it('takes more than fits into memory at once', async () => {
  const log = open()
  const hash = createHash('sha256')
  const chunk = Buffer.alloc(64 * 1024)
  for (let part = 0; part < 800; part += 1) {
    const data = Buffer.from(chunk.fill(part % 251))
    hash.update(data)
    await log.write(data)
  }
  await log.close()
  expect(createHash('sha256').update(readFileSync(path)).digest('hex')).toBe(hash.digest('hex'))
})

it('has what settled waited for in the file', async () => {
  const log = open()
  await log.write(encode('a'))
  await log.settled()
  expect(readFileSync(path, 'utf8')).toBe('a')
  await log.sync()
  await log.close()
})

it('makes the file even when nothing is written, and refuses what comes after close', async () => {
  const log = open()
  await log.close()
  await log.close()
  expect(readFileSync(path).length).toBe(0)
  await expect(log.write(encode('late'))).rejects.toMatchObject({ code: 'internal' })
})
