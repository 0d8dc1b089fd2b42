import { mkdtemp, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { makeTask } from '../../test/support/tasks.ts'
import { loadTask } from '../node/fs/task-directory.ts'
import { hashAll } from './hash-tasks.ts'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tbcc-hash-tasks-'))
})
afterEach(async () => rm(folder, { recursive: true, force: true }))

async function load(path: string, source: string | null) {
  const entry = await loadTask(path)
  if (!entry.valid) throw new Error(`${path}: ${JSON.stringify(entry.issues)}`)
  return { task: entry.task, source }
}

test('a task that cannot be hashed hides no other, and is named once', async () => {
  const [good, bad] = [await makeTask(folder, { name: 'good' }), await makeTask(folder, { name: 'bad' })]
  await symlink(tmpdir(), join(bad, 'elsewhere'))
  const given = [await load(bad, null), await load(good, 'set'), await load(bad, 'set'), await load(good, null)]
  const { tasks, invalid } = await hashAll(given)
  expect(tasks.map(({ task, source }) => [task.name, source])).toEqual([
    ['good', 'set'],
    ['good', null],
  ])
  expect(tasks[0]?.digest).toMatch(/^sha256:/)
  expect(invalid).toEqual([
    {
      valid: false,
      name: 'bad',
      directory: bad,
      issues: [{ file: '.', key: null, message: 'the link elsewhere leads to a folder outside the task' }],
    },
  ])
})
