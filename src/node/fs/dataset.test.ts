import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { TaskEntry } from '../../core/task/task.ts'
import { loadDataset } from './dataset.ts'
import { findDefaultTasks } from './default-tasks.ts'
import { hashTask } from './task-digest.ts'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tbcc-dataset-'))
})
afterEach(async () => rm(folder, { recursive: true, force: true }))

async function makeTask(path: string, toml = ''): Promise<void> {
  for (const part of ['environment', 'tests']) await mkdir(join(folder, path, part), { recursive: true })
  await writeFile(join(folder, path, 'task.toml'), toml)
  await writeFile(join(folder, path, 'instruction.md'), 'x')
  await writeFile(join(folder, path, 'environment/Dockerfile'), 'FROM x')
  await writeFile(join(folder, path, 'tests/test.sh'), 'true')
}

const containing = (text: string): unknown => expect.stringContaining(text)
const named = (entries: readonly TaskEntry[]): string[] =>
  entries.map((entry) => (entry.valid ? entry.task.name : `!${entry.name}`))

describe('a folder', () => {
  test('has its direct children in path order; an invalid one hides no other', async () => {
    for (const name of ['b', 'a', 'é', 'Z']) await makeTask(name)
    await makeTask('broken', 'version = 1')
    await makeTask('nested/deep/task')
    await mkdir(join(folder, 'half/tests'), { recursive: true })
    await mkdir(join(folder, 'half/solution'))
    await mkdir(join(folder, 'no-task/tests'), { recursive: true })
    await writeFile(join(folder, 'README.md'), '')
    const { entries, name, path } = await loadDataset({ path: folder })
    expect(named(entries)).toEqual(['Z', 'a', 'b', '!broken', '!half', 'é'])
    expect(folder.endsWith(name ?? '-')).toBe(true)
    expect(path).toBe(folder)
  })

  test('is searched deeper where asked, but not inside tasks, repositories and links', async () => {
    await makeTask('nested/deep/task')
    await makeTask('top')
    await makeTask('top/inner')
    await makeTask('nested/.git/x')
    await symlink(folder, join(folder, 'nested/again'))
    expect(named((await loadDataset({ path: folder, recursive: true })).entries)).toEqual(['task', 'top'])
  })

  test('may hold links to tasks', async () => {
    await makeTask('elsewhere/real')
    await mkdir(join(folder, 'set'))
    await symlink('../elsewhere/real', join(folder, 'set/alias'))
    await symlink('nowhere', join(folder, 'set/dangling'))
    const { entries } = await loadDataset({ path: join(folder, 'set') })
    expect(entries).toMatchObject([{ valid: true, task: { name: 'real', directory: join(folder, 'set/alias') } }])
  })

  test('may be a task itself', async () => {
    await makeTask('one')
    expect(await loadDataset({ path: join(folder, 'one') })).toMatchObject({
      name: null,
      entries: [{ valid: true, task: { name: 'one' } }],
    })
  })

  test('that does not exist is an error', async () => {
    await expect(loadDataset({ path: join(folder, 'nothing') })).rejects.toMatchObject({ code: 'not-found' })
    await expect(loadDataset({ path: null, name: 'org/set' })).rejects.toMatchObject({ code: 'unsupported' })
  })
})

describe('a listing', () => {
  test('dataset.toml: found by name or folder, in its order; a digest that differs is an issue of that task', async () => {
    await makeTask('one', '[task]\nname = "org/first"')
    await makeTask('two')
    await makeTask('changed', '# not as it was')
    const digest = async (name: string): Promise<string> => (await hashTask(join(folder, name))).digest
    const tasks = [
      ['org/two', await digest('two')],
      ['org/first', await digest('one')],
      ['org/changed', await digest('two')],
      ['org/absent', await digest('two')],
    ]
    const text = `[dataset]\nname = "org/set"\n${tasks.map(([name, sum]) => `[[tasks]]\nname = "${name}"\ndigest = "${sum}"\n`).join('')}`
    await writeFile(join(folder, 'dataset.toml'), text)
    const { name, entries } = await loadDataset({ path: join(folder, 'dataset.toml') })
    expect(name).toBe('org/set')
    expect(named(entries)).toEqual(['two', 'org/first', '!org/changed', '!org/absent'])
    expect(entries.slice(2)).toMatchObject([
      {
        issues: [{ file: 'dataset.toml', key: 'tasks[2].digest', message: containing(await digest('changed')) }],
      },
      { issues: [{ file: 'dataset.toml', key: 'tasks[3].name', message: containing('org/absent') }] },
    ])
  })

  test('one task that cannot be compared hides no other', async () => {
    await makeTask('good')
    await makeTask('bad')
    await symlink(tmpdir(), join(folder, 'bad/elsewhere'))
    const { digest } = await hashTask(join(folder, 'good'))
    const listed = ['bad', 'good'].map((name) => `[[tasks]]\nname = "org/${name}"\ndigest = "${digest}"\n`)
    await writeFile(join(folder, 'dataset.toml'), `[dataset]\nname = "org/set"\n${listed.join('')}`)
    const { entries } = await loadDataset({ path: join(folder, 'dataset.toml') })
    expect(named(entries)).toEqual(['!org/bad', 'good'])
    expect(entries[0]).toMatchObject({
      issues: [{ key: 'tasks[0].digest', message: containing('leads to a folder outside the task') }],
    })
  })

  test('is itself the place of its dataset, and found in the folder that a registry is said to be', async () => {
    await makeTask('one')
    const toml = join(folder, 'dataset.toml')
    await expect(loadDataset({ path: null, registryPath: folder })).rejects.toMatchObject({
      code: 'not-found',
      message: containing('neither a registry.json nor a dataset.toml'),
    })
    await writeFile(toml, '[dataset]\nname = "org/set"')
    expect(await loadDataset({ path: null, name: 'org/set', registryPath: folder })).toMatchObject({ path: toml })
    await expect(loadDataset({ path: null, name: 'org/other', registryPath: folder })).rejects.toMatchObject({
      code: 'not-found',
    })
    const tasks = [{ name: 'one', path: 'one' }]
    const json = join(folder, 'registry.json')
    await writeFile(json, JSON.stringify([{ name: 'set', version: '1', description: '', tasks }]))
    expect(await loadDataset({ path: null, registryPath: folder })).toMatchObject({ path: json, name: 'set' })
  })

  test('registry.json: tasks beside it or at their path; those of a Git repository are refused by name', async () => {
    await makeTask('beside')
    await makeTask('deep/er')
    const tasks = [
      { name: 'beside', path: 'x' },
      { name: 'other', path: 'deep/er' },
      { name: 'remote', git_url: 'https://x/y', path: 't' },
    ]
    await writeFile(
      join(folder, 'registry.json'),
      JSON.stringify([{ name: 'set', version: '1', description: '', tasks, metrics: [{ type: 'sum' }, {}] }]),
    )
    const { name, entries, metrics } = await loadDataset({
      path: null,
      name: 'set',
      version: '1',
      registryPath: join(folder, 'registry.json'),
    })
    expect(name).toBe('set')
    expect(named(entries)).toEqual(['beside', 'er', '!remote'])
    expect(metrics).toEqual(['sum', 'mean'])
    expect(entries[2]).toMatchObject({
      issues: [{ file: 'registry.json', key: '[0].tasks[2].git_url', message: containing('https://x/y') }],
    })
  })

  test("a task's own name comes before the name of a folder", async () => {
    await makeTask('a-one', '[task]\nname = "org/other"')
    await makeTask('one', '[task]\nname = "org/not-this"')
    await makeTask('z', '[task]\nname = "org/one"')
    const tasks = [{ name: 'org/one', path: 'none' }]
    await writeFile(
      join(folder, 'registry.json'),
      JSON.stringify([{ name: 'set', version: '1', description: '', tasks }]),
    )
    expect(named((await loadDataset({ path: join(folder, 'registry.json') })).entries)).toEqual(['org/one'])
  })

  test('that cannot be read is an error', async () => {
    await writeFile(join(folder, 'registry.json'), '{')
    await expect(loadDataset({ path: join(folder, 'registry.json') })).rejects.toMatchObject({ code: 'invalid-input' })
    await expect(loadDataset({ path: null, registryPath: join(folder, 'none.json') })).rejects.toMatchObject({
      code: 'not-found',
    })
  })
})

test('without a path it is the first place that exists', async () => {
  const places = {
    cwd: folder,
    env: { TBCC_TASKS: 'mine' },
    home: join(folder, 'home'),
    samples: join(folder, 'samples'),
  }
  expect(findDefaultTasks(places)).toBeNull()
  await mkdir(join(folder, 'samples'))
  expect(findDefaultTasks(places)).toEqual({ path: join(folder, 'samples'), origin: 'samples' })
  await mkdir(join(folder, 'home/code/terminal-bench-2'), { recursive: true })
  expect(findDefaultTasks({ ...places, env: {} })?.origin).toBe('home')
  await mkdir(join(folder, 'mine'))
  expect(findDefaultTasks(places)).toEqual({ path: join(folder, 'mine'), origin: 'TBCC_TASKS' })
})
