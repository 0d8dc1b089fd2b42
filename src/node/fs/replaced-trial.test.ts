import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { countAllReplaced, finishReplacements, isBeingEmptied, replaceTrialDirectory } from './replaced-trial.ts'

let job: string
let trial: string
beforeEach(() => {
  job = mkdtempSync(join(tmpdir(), 'tbcc-replace-'))
  trial = join(job, 'a__b')
  mkdirSync(join(trial, 'agent', 'empty'), { recursive: true })
  for (const [path, content] of Object.entries(CONTENT)) writeFileSync(join(trial, path), content)
  symlinkSync('log.txt', join(trial, 'agent', 'link'))
  chmodSync(join(trial, 'agent', 'log.txt'), 0o755)
})
afterEach(() => rmSync(job, { recursive: true }))

const CONTENT: Readonly<Record<string, string>> = {
  'result.json': '{"id":1}',
  'tbcc.json': '{}',
  'tbcc.events.jsonl': 'events\n',
  'tbcc.output.log': 'output',
  'agent/log.txt': 'x'.repeat(300_000),
  [`agent/${'long'.repeat(40)} ä.txt`]: '',
}

it('keeps all of a trial, and leaves its streams where they are', async () => {
  expect(await replaceTrialDirectory(job, 'a__b')).toBe('a__b.replaced-1.tar.gz')
  expect(readdirSync(job).sort()).toEqual(['a__b', 'a__b.replaced-1.tar.gz'])
  expect(readdirSync(trial).sort()).toEqual(['tbcc.events.jsonl', 'tbcc.output.log'])
  expect(readFileSync(join(trial, 'tbcc.events.jsonl'), 'utf8')).toBe('events\n')
  // Read by another program than the one that wrote it.
  const out = mkdtempSync(join(tmpdir(), 'tbcc-unpacked-'))
  execFileSync('tar', ['-xzf', join(job, 'a__b.replaced-1.tar.gz'), '-C', out])
  for (const [path, content] of Object.entries(CONTENT))
    expect(readFileSync(join(out, 'a__b', path), 'utf8')).toBe(content)
  expect(readlinkSync(join(out, 'a__b', 'agent', 'link'))).toBe('log.txt')
  expect(readdirSync(join(out, 'a__b', 'agent', 'empty'))).toEqual([])
  rmSync(out, { recursive: true })
})

it('counts on, whatever numbers are there', async () => {
  writeFileSync(join(job, 'a__b.replaced-7.tar.gz'), '')
  writeFileSync(join(job, 'a__b.replaced-x.tar.gz'), '')
  expect(await replaceTrialDirectory(job, 'a__b')).toBe('a__b.replaced-8.tar.gz')
  expect(await countAllReplaced(job)).toEqual(new Map([['a__b', 8]]))
})

it('is finished by the next holder when it was cut short after the archive was complete', async () => {
  await replaceTrialDirectory(job, 'a__b')
  writeFileSync(join(job, '.tbcc-emptying-a__b'), '')
  writeFileSync(join(trial, 'result.json'), 'left')
  mkdirSync(join(trial, 'agent'))
  await finishReplacements(job)
  expect(readdirSync(trial).sort()).toEqual(['tbcc.events.jsonl', 'tbcc.output.log'])
  expect(readdirSync(job).sort()).toEqual(['a__b', 'a__b.replaced-1.tar.gz'])
})

it('is as if it had never begun when it was cut short before the archive was complete', async () => {
  const before = readdirSync(trial).sort()
  writeFileSync(join(job, '.tbcc-emptying-a__b'), 'a__b.replaced-1.tar.gz')
  expect(isBeingEmptied(job, 'a__b')).toBe(false)
  await finishReplacements(job)
  expect(readdirSync(trial).sort()).toEqual(before)
  expect(readdirSync(job)).toEqual(['a__b'])
})

it('is packed as soon as the archive is there', async () => {
  writeFileSync(join(job, '.tbcc-emptying-a__b'), 'a__b.replaced-1.tar.gz')
  writeFileSync(join(job, 'a__b.replaced-1.tar.gz'), '')
  expect(isBeingEmptied(job, 'a__b')).toBe(true)
  await finishReplacements(job)
  expect(readdirSync(trial).sort()).toEqual(['tbcc.events.jsonl', 'tbcc.output.log'])
})

it('keeps everything when the archive cannot be made', async () => {
  const before = readdirSync(trial).sort()
  // A name that leaves no room for the archive's own.
  const long = 'n'.repeat(250)
  mkdirSync(join(job, long))
  await expect(replaceTrialDirectory(job, long)).rejects.toMatchObject({ code: 'invalid-input' })
  await expect(replaceTrialDirectory(job, 'none')).rejects.toMatchObject({ code: 'not-found' })
  expect(readdirSync(trial).sort()).toEqual(before)
  expect(readdirSync(job).filter((name) => name.includes('tmp') || name.includes('emptying'))).toEqual([])
})
