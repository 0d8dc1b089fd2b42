import {
  chmodSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { scrubDirectory } from './scrub-files.ts'
import { createScrubber } from './scrub.ts'

const SECRET = 'sk-0123456789'
let folder: string
let directory: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tbcc-scrub-'))
  directory = join(folder, 'trial')
  mkdirSync(join(directory, 'agent', 'deep'), { recursive: true })
})
afterEach(() => rmSync(folder, { recursive: true }))

const scrub = async (kept: readonly string[] = []): Promise<void> =>
  scrubDirectory(directory, createScrubber([SECRET]), new Set(kept))
const write = (path: string, content: string | Uint8Array): void => writeFileSync(join(directory, path), content)
const read = (path: string): string => readFileSync(join(directory, path), 'utf8')

it('replaces secrets in text at any depth, keeps modes, and leaves no other file', async () => {
  write('agent/deep/log.txt', `key: ${SECRET}, again ${SECRET}`)
  chmodSync(join(directory, 'agent/deep/log.txt'), 0o755)
  write('plain', 'nothing')
  const before = lstatSync(join(directory, 'plain')).ino
  await scrub()
  expect(read('agent/deep/log.txt')).toBe('key: [REDACTED], again [REDACTED]')
  expect(statSync(join(directory, 'agent/deep/log.txt')).mode & 0o777).toBe(0o755)
  expect(lstatSync(join(directory, 'plain')).ino).toBe(before)
  expect(readdirSync(join(directory, 'agent/deep'))).toEqual(['log.txt'])
})

it('keeps every byte in its place in what is no text', async () => {
  const around = (middle: string): Buffer => Buffer.concat([Buffer.from([0xff, 0]), Buffer.from(`${middle}!`)])
  write('bytes', around(SECRET))
  // Cut in the middle of a character: not text as a whole.
  const half = (middle: string): Buffer => Buffer.concat([Buffer.from(middle), Buffer.from('ä').subarray(0, 1)])
  write('half', half(SECRET))
  write('other', Buffer.from([0xff, 0xfe]))
  const before = lstatSync(join(directory, 'other')).ino
  await scrub()
  const stars = '*'.repeat(SECRET.length)
  expect(readFileSync(join(directory, 'bytes'))).toEqual(around(stars))
  expect(readFileSync(join(directory, 'half'))).toEqual(half(stars))
  expect(lstatSync(join(directory, 'other')).ino).toBe(before)
})

it('leaves the files alone that it is told', async () => {
  mkdirSync(join(directory, 'verifier'))
  write('verifier/reward.txt', SECRET)
  write('reward.txt', SECRET)
  await scrub(['verifier/reward.txt'])
  expect(read('verifier/reward.txt')).toBe(SECRET)
  expect(read('reward.txt')).toBe('[REDACTED]')
})

it('does not follow links, and writes to no other name of a file', async () => {
  writeFileSync(join(folder, 'outside'), SECRET)
  symlinkSync('../outside', join(directory, 'link'))
  symlinkSync('..', join(directory, 'agent', 'up'))
  linkSync(join(folder, 'outside'), join(directory, 'hard'))
  await scrub()
  expect(readFileSync(join(folder, 'outside'), 'utf8')).toBe(SECRET)
  expect(read('hard')).toBe('[REDACTED]')
})

it('finds a secret across the pieces that a large file is read in', async () => {
  const piece = 256 * 1024
  for (const offset of [piece - 13, piece - 7, piece - 1, piece]) {
    write('large', `${'ä'.repeat(offset / 2)}${offset % 2 === 0 ? '' : 'x'}${SECRET}${'z'.repeat(piece)}`)
    await scrub()
    expect(read('large')).toBe(`${'ä'.repeat(offset / 2)}${offset % 2 === 0 ? '' : 'x'}[REDACTED]${'z'.repeat(piece)}`)
  }
})
