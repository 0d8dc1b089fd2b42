import { chmod, mkdir, mkdtemp, rename, rm, symlink, truncate, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { hashTask } from './task-digest.ts'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tbcc-digest-'))
  await write({
    'task.toml': 'schema_version = "1.4"\n',
    'instruction.md': 'Do it.\n',
    'environment/Dockerfile': 'FROM ubuntu:24.04\n',
    'tests/test.sh': '#!/bin/bash\necho 1 > /logs/verifier/reward.txt\n',
    'solution/solve.sh': '#!/bin/bash\n',
    'environment/__pycache__/a.pyc': 'x',
    'extra/notes.txt': 'ignored',
  })
})
afterEach(async () => rm(folder, { recursive: true, force: true }))

async function write(files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), content)
  }
}

const containing = (text: string): unknown => expect.stringContaining(text)

const KNOWN = {
  digest: 'sha256:3458ab816446d17ffaff818d6fa3543a1ca7dd527628595f1c084f7d593c34d7',
  checksum: 'a80f4f10b38e92816657e4a75ed594384b643262003423fd0c853b2a1071310e',
}

test('the known task has the known hashes', async () => {
  expect(await hashTask(folder)).toMatchObject(KNOWN)
})

test('empty folders, dangling links and pipes count nowhere', async () => {
  await mkdir(join(folder, 'environment/empty/deeper'), { recursive: true })
  await symlink('nothing', join(folder, 'tests/dangling'))
  expect(await hashTask(folder)).toMatchObject(KNOWN)
})

test('links to files count by their own path, linked folders in the checksum only, neither in the environment id', async () => {
  const { environmentId } = await hashTask(folder)
  await symlink('../instruction.md', join(folder, 'environment/link.md'))
  const withFile = await hashTask(folder)
  await symlink('../extra', join(folder, 'environment/folder'))
  const withFolder = await hashTask(folder)
  expect(withFile.digest).not.toBe(KNOWN.digest)
  expect(withFolder.digest).toBe(withFile.digest)
  expect(withFolder.checksum).not.toBe(withFile.checksum)
  expect([withFile.environmentId, withFolder.environmentId]).toEqual([environmentId, environmentId])
})

describe('the id of what a build is given', () => {
  const idNow = async () => (await hashTask(folder)).contextId

  test('stays for equal content', async () => {
    const before = await idNow()
    await utimes(join(folder, 'environment/Dockerfile'), 1, 1)
    await write({ 'extra/notes.txt': 'changed', 'tests/test.sh': 'changed' })
    expect(await idNow()).toBe(before)
  })

  test.each<[string, () => Promise<unknown>]>([
    ['a mode', () => chmod(join(folder, 'environment/Dockerfile'), 0o755)],
    ['the mode of a folder', () => chmod(join(folder, 'environment/__pycache__'), 0o700)],
    ['a content', () => write({ 'environment/Dockerfile': 'FROM ubuntu:25.04\n' })],
    ['a file that the environment id passes over', () => write({ 'environment/__pycache__/a.pyc': 'y' })],
    ['an empty folder', () => mkdir(join(folder, 'environment/empty'))],
    ['a link to a file', () => symlink('../instruction.md', join(folder, 'environment/link'))],
    ['a link to a folder', () => symlink('__pycache__', join(folder, 'environment/link'))],
    ['a link to nothing', () => symlink('nothing', join(folder, 'environment/link'))],
  ])('%s changes it', async (_, change) => {
    const before = await idNow()
    await change()
    expect(await idNow()).not.toBe(before)
  })

  test('so does the target of a link, even where the same stands there', async () => {
    await write({ 'environment/one': 'x', 'environment/other': 'x' })
    await symlink('one', join(folder, 'environment/link'))
    const before = await idNow()
    await rm(join(folder, 'environment/link'))
    await symlink('other', join(folder, 'environment/link'))
    expect(await idNow()).not.toBe(before)
  })

  test('what a linked folder leads to is not given, nor counted', async () => {
    await write({ 'extra/notes.txt': 'before' })
    await symlink('../extra', join(folder, 'environment/link'))
    const before = await idNow()
    await write({ 'extra/notes.txt': 'after' })
    expect(await idNow()).toBe(before)
  })

  test('an environment that is a link itself is its target', async () => {
    const before = await idNow()
    await rename(join(folder, 'environment'), join(folder, 'elsewhere'))
    await symlink('elsewhere', join(folder, 'environment'))
    expect(await idNow()).toBe(before)
    await chmod(join(folder, 'elsewhere/Dockerfile'), 0o755)
    expect(await idNow()).not.toBe(before)
  })
})

test("the task's own .gitignore decides what counts", async () => {
  await write({ '.gitignore': 'solution/\n' })
  const { digest } = await hashTask(folder)
  await write({ 'solution/solve.sh': 'changed' })
  expect((await hashTask(folder)).digest).toBe(digest)
  await write({ 'environment/__pycache__/a.pyc': 'changed' })
  expect((await hashTask(folder)).digest).not.toBe(digest)
})

test('an environment without files is named by its image', async () => {
  await rm(join(folder, 'environment'), { recursive: true })
  const ids = await Promise.all([hashTask(folder), hashTask(folder, 'ubuntu:24.04'), hashTask(folder, 'debian:12')])
  expect(new Set(ids.map(({ environmentId }) => environmentId)).size).toBe(3)
})

test('a large file is streamed', async () => {
  await write({ 'environment/large.bin': '' })
  await truncate(join(folder, 'environment/large.bin'), 256 * 1024 ** 2)
  const before = process.memoryUsage().rss
  await hashTask(folder)
  expect(process.memoryUsage().rss - before).toBeLessThan(160 * 1024 ** 2)
})

test.each([
  ['environment/up', '..', 'leads back to a folder above it'],
  ['extra/out', tmpdir(), 'leads to a folder outside the task'],
])('the folder link %s -> %s is refused', async (path, target, words) => {
  await symlink(target, join(folder, path))
  await expect(hashTask(folder)).rejects.toMatchObject({
    code: 'invalid-input',
    message: containing(words),
  })
})

test('a task that is not there is an error that names it', async () => {
  await expect(hashTask(join(folder, 'none'))).rejects.toMatchObject({
    code: 'invalid-input',
    message: containing('none'),
  })
})
