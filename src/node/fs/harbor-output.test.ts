import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { readHarborOutput } from './harbor-output.ts'

let folder: string
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'tbcc-harbor-output-'))))
afterEach(() => rmSync(folder, { recursive: true }))

const put = (path: string): void => {
  mkdirSync(dirname(join(folder, path)), { recursive: true })
  writeFileSync(join(folder, path), `${path}\n`)
}

async function read(phase: string | null): Promise<string> {
  let text = ''
  for await (const piece of readHarborOutput(folder, phase)) text += new TextDecoder().decode(piece)
  return text
}

test('what Harbor kept, in the order in which it was printed', async () => {
  const kept = ['agent/setup/stdout.txt', 'agent/a.txt', 'agent/b.txt', 'verifier/test-stdout.txt']
  for (const path of [...kept, 'agent/sessions/deep.txt', 'agent/a.json', 'verifier/reward.txt', 'trial.log']) put(path)
  expect((await read(null)).split('\n')).toEqual([...kept, ''])
  expect(await read('agent-setup')).toBe('agent/setup/stdout.txt\n')
  expect(await read('agent-execution')).toBe('agent/a.txt\nagent/b.txt\n')
  expect(await read('verification')).toBe('verifier/test-stdout.txt\n')
})

test('a phase of which nothing is left is an error that names what there is', async () => {
  put('verifier/test-stdout.txt')
  const hint = 'there is: verifier/test-stdout.txt (--phase verification)'
  await expect(read('agent-execution')).rejects.toMatchObject({ code: 'not-found', details: { hint } })
})

test('links are not followed', async () => {
  put('elsewhere/secret.txt')
  symlinkSync(join(folder, 'elsewhere'), join(folder, 'agent'))
  mkdirSync(join(folder, 'verifier'))
  symlinkSync(join(folder, 'elsewhere/secret.txt'), join(folder, 'verifier/test-stdout.txt'))
  await expect(read(null)).rejects.toMatchObject({ code: 'not-found' })
})
