import {
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { writeFileAtomically } from './atomic-file.ts'

let folder: string
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'tbcc-atomic-'))))
afterEach(() => rmSync(folder, { recursive: true }))

it('puts a new file in the place of the old one', async () => {
  writeFileSync(join(folder, 'a'), 'old')
  linkSync(join(folder, 'a'), join(folder, 'still-old'))
  await writeFileAtomically(join(folder, 'a'), 'new')
  expect(readFileSync(join(folder, 'a'), 'utf8')).toBe('new')
  expect(readFileSync(join(folder, 'still-old'), 'utf8')).toBe('old')
  expect(readdirSync(folder)).toEqual(['a', 'still-old'])
})

it('replaces a link instead of writing through it', async () => {
  writeFileSync(join(folder, 'precious'), 'precious')
  symlinkSync('precious', join(folder, 'a'))
  await writeFileAtomically(join(folder, 'a'), 'new')
  expect(readFileSync(join(folder, 'precious'), 'utf8')).toBe('precious')
  expect(readFileSync(join(folder, 'a'), 'utf8')).toBe('new')
})

it('writes pieces of any length in their order', async () => {
  const long = 'ein Stück €'.repeat(40_000)
  const pieces = [
    '',
    ...Array.from({ length: 9000 }, (_, index) => `${index} “✓” ${'x'.repeat(index % 200)}\n`),
    long,
    'end',
  ]
  async function* given(): AsyncGenerator<string> {
    yield* pieces
    yield* pieces.toReversed()
  }
  await writeFileAtomically(join(folder, 'a'), given())
  const expected = [...pieces, ...pieces.toReversed()].join('')
  expect(readFileSync(join(folder, 'a'), 'utf8') === expected).toBe(true)
  expect(readdirSync(folder)).toEqual(['a'])
})

it('leaves nothing behind of pieces that end with an error', async () => {
  async function* given(): AsyncGenerator<string> {
    yield 'begun'
    throw new Error('cut')
  }
  await expect(writeFileAtomically(join(folder, 'a'), given())).rejects.toThrow('cut')
  expect(readdirSync(folder)).toEqual([])
})

it('says why it could not write, and leaves nothing behind', async () => {
  mkdirSync(join(folder, 'dir'))
  writeFileSync(join(folder, 'dir', 'x'), '')
  await expect(writeFileAtomically(join(folder, 'dir'), 'new')).rejects.toMatchObject({
    name: 'AppError',
    code: 'storage-failed',
  })
  await expect(writeFileAtomically(join(folder, 'none', 'a'), 'new')).rejects.toMatchObject({ code: 'not-found' })
  expect(readdirSync(folder)).toEqual(['dir'])
})
