import { createHash } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { readExtraInstructions, refuseChangedInstructions } from './extra-instructions.ts'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tbcc-extra-'))
})
afterEach(async () => rm(folder, { recursive: true, force: true }))

const sha256 = (content: string): string => `sha256:${createHash('sha256').update(content).digest('hex')}`

async function read(content: string | Uint8Array) {
  const path = join(folder, 'extra.md')
  await writeFile(path, content)
  return readExtraInstructions({ extra_instruction_paths: [path], extra_instructions: ['inline'] })
}

test('the bytes are what counts, the text has plain line ends', async () => {
  const path = join(folder, 'extra.md')
  expect(await read('one\r\ntwo\rthree\n')).toEqual({
    extraFiles: [{ path, text: 'one\ntwo\nthree\n' }],
    extraInstructionLocks: [
      { path, digest: sha256('one\r\ntwo\rthree\n') },
      { path: null, digest: sha256('inline') },
    ],
  })
})

test('what is no text, or not there, is refused', async () => {
  await expect(read(new Uint8Array([0x61, 0xff]))).rejects.toMatchObject({ code: 'invalid-input' })
  const missing = { extra_instruction_paths: [join(folder, 'none')], extra_instructions: [] }
  await expect(readExtraInstructions(missing)).rejects.toMatchObject({ code: 'not-found' })
})

test('others than those of the lock are refused; without a lock nothing is known', async () => {
  const before = await read('before')
  expect(() => refuseChangedInstructions(folder, before)).not.toThrow()
  await writeFile(join(folder, 'lock.json'), '{')
  expect(() => refuseChangedInstructions(folder, before)).not.toThrow()
  await writeFile(join(folder, 'lock.json'), lockWith(before.extraInstructionLocks))
  expect(() => refuseChangedInstructions(folder, before)).not.toThrow()
  const after = await read('after')
  expect(() => refuseChangedInstructions(folder, after)).toThrow(`changed since the job started: ${folder}/extra.md`)
  expect(() => refuseChangedInstructions(folder, { extraFiles: [], extraInstructionLocks: [] })).toThrow(
    'some are gone',
  )
  await writeFile(join(folder, 'lock.json'), lockWith(null))
  expect(() => refuseChangedInstructions(folder, after)).toThrow('changed since the job started')
})

function lockWith(extraInstructions: unknown): string {
  const task = { name: 't', type: 'local', digest: sha256('') }
  return JSON.stringify({
    created_at: '2026-01-01T00:00:00Z',
    n_concurrent_trials: 1,
    retry: {},
    trials: [{ task, agent: {}, environment: {}, verifier: {}, extra_instructions: extraInstructions }],
  })
}
