import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readLinkedBelow, readTextBelow } from './safe-read.ts'

const root = mkdtempSync(join(tmpdir(), 'tbcc-safe-read-'))
const trial = join(root, 'trial')
afterAll(() => rmSync(root, { recursive: true, force: true }))

describe.skipIf(process.platform === 'win32')('readLinkedBelow', () => {
  beforeAll(() => {
    mkdirSync(join(trial, 'verifier', 'out', 'deep'), { recursive: true })
    mkdirSync(join(trial, 'agent'))
    writeFileSync(join(root, 'outside'), 'outside')
    writeFileSync(join(trial, 'agent', 'note'), 'of the agent')
    writeFileSync(join(trial, 'verifier', 'score'), 'the score')
    writeFileSync(join(trial, 'verifier', 'out', 'score'), 'the score')
    for (const [target, name] of LINKS) symlinkSync(target, join(trial, 'verifier', name))
  })

  const LINKS = [
    ['score', 'beside'],
    ['out/./score', 'below'],
    ['out', 'latest'],
    ['latest/score', 'through-a-link'],
    ['../../score', 'out/deep/up'],
    ['out/deep/up', 'back'],
    ['through-a-link', 'twice'],
    ['../agent/note', 'other-folder'],
    ['../verifier/score', 'out-and-back'],
    ['out/../../../outside', 'far-out'],
    ['/etc/hostname', 'absolute'],
    ['loop-b', 'loop-a'],
    ['loop-a', 'loop-b'],
    ['nothing', 'dangling'],
    ['out', 'folder'],
    ['score/x', 'below-a-file'],
    [`${'x'.repeat(300)}/y/z`, 'too-long'],
    ['a\\b', 'backslash'],
  ] as const
  const read = (name: string): string | null => {
    const bytes = readLinkedBelow(trial, ['verifier', name])
    return bytes === null ? null : new TextDecoder().decode(bytes)
  }

  it.each(['score', 'beside', 'below', 'through-a-link', 'twice', 'back'])('reads %s', (name) => {
    expect(read(name)).toBe('the score')
  })

  const LEADS_NOWHERE =
    'other-folder out-and-back far-out absolute loop-a dangling folder below-a-file too-long backslash'
  it.each([...LEADS_NOWHERE.split(' '), 'missing', 'out'])('finds nothing at %s', (name) => {
    expect(read(name)).toBeNull()
  })

  it('follows no link to the folder itself', () => {
    symlinkSync('verifier', join(trial, 'alias'))
    expect(readLinkedBelow(trial, ['alias', 'score'])).toBeNull()
  })

  it('reads no more than it may', () => {
    expect(readLinkedBelow(trial, ['verifier', 'beside'], 3)).toHaveLength(3)
  })

  it('is the only one that follows', () => {
    expect(readTextBelow(trial, ['verifier', 'score'])).toBe('the score')
    expect(readTextBelow(trial, ['verifier', 'beside'])).toBeNull()
  })
})
