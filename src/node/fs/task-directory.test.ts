import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { TaskIssue } from '../../core/task/task.ts'
import { type LoadTaskOptions, loadTask } from './task-directory.ts'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tbcc-task-'))
})
afterEach(async () => rm(folder, { recursive: true, force: true }))

const GOOD: Readonly<Record<string, string>> = {
  'task.toml': 'version = "1.0"\n',
  'instruction.md': '# canary x\n\nDo it.\n',
  'environment/Dockerfile': 'FROM x\n',
  'environment/data/a.txt': 'a',
  'tests/test.sh': 'true\n',
  'solution/solve.sh': 'true\n',
}

async function write(files: Readonly<Record<string, string | Uint8Array>>): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, 'task', path)), { recursive: true })
    await writeFile(join(folder, 'task', path), content)
  }
}

async function link(path: string, target: string): Promise<void> {
  await mkdir(dirname(join(folder, 'task', path)), { recursive: true })
  await symlink(target, join(folder, 'task', path))
}

async function issues(options?: LoadTaskOptions): Promise<readonly TaskIssue[]> {
  const entry = await loadTask(join(folder, 'task'), options)
  return entry.valid ? [] : entry.issues
}

const without = (...paths: string[]): Record<string, string> =>
  Object.fromEntries(Object.entries(GOOD).filter(([path]) => !paths.some((each) => path.startsWith(each))))
const file = (path: string, words: RegExp): unknown => expect.objectContaining({ file: path, message: matching(words) })
const matching = (words: RegExp): unknown => expect.stringMatching(words)

describe('a task', () => {
  test('is its configuration, its instruction without canary, and facts about its files', async () => {
    await write(GOOD)
    const entry = await loadTask(join(folder, 'task'))
    expect(entry).toMatchObject({
      valid: true,
      task: {
        name: 'task',
        shortName: 'task',
        directory: join(folder, 'task'),
        instruction: 'Do it.\n',
        files: {
          hasDockerfile: true,
          hasCompose: false,
          hasSolution: true,
          hasTrajectory: false,
          environment: ['Dockerfile', 'data/a.txt'],
        },
        hostVariables: [],
        unsupported: [],
        needs: [],
      },
    })
  })

  test('is named by [task].name, else by the folder that a link leads to', async () => {
    await write(GOOD)
    await symlink(join(folder, 'task'), join(folder, 'alias'))
    expect(await loadTask(join(folder, 'alias'))).toMatchObject({
      task: { name: 'task', directory: join(folder, 'alias') },
    })
    await write({ 'task.toml': '[task]\nname = "org/other"\n' })
    expect(await loadTask(join(folder, 'alias'))).toMatchObject({ task: { name: 'org/other', shortName: 'other' } })
  })

  test('of several steps has their instructions, not one of its own', async () => {
    await write({
      ...without('instruction.md'),
      'task.toml': '[[steps]]\nname = "one"',
      'steps/one/instruction.md': 'x',
    })
    expect(await loadTask(join(folder, 'task'))).toMatchObject({
      valid: true,
      task: { instruction: null, unsupported: [expect.stringContaining('steps')] },
    })
  })
})

describe('what is missing', () => {
  test('is all said at once, with what is wrong in task.toml', async () => {
    await write({ 'task.toml': '[agent]\ntimeout_sec = "x"' })
    expect(await issues()).toEqual([
      { file: 'task.toml', key: 'agent.timeout_sec', message: 'expected a number, got "x"' },
    ])
    await write({ 'task.toml': '' })
    expect(await issues()).toEqual([
      file('environment', /directory is missing/),
      file('instruction.md', /missing/),
      file('tests/test.sh', /test script is missing/),
    ])
  })

  test('a folder, a task.toml', async () => {
    expect(await issues()).toEqual([file('.', /does not exist/)])
    await write(without('task.toml'))
    expect(await issues()).toEqual([file('task.toml', /missing/)])
  })

  test('no test script is needed where nothing is verified, or where an image brings it', async () => {
    await write(without('tests'))
    expect(await issues()).toHaveLength(1)
    expect(await issues({ verify: false })).toEqual([])
    await write({ 'task.toml': '[verifier.environment]\ndocker_image = "x"' })
    expect(await issues()).toEqual([])
    await write({ 'task.toml': '[verifier]\nenvironment_mode = "separate"', 'tests/Dockerfile': 'FROM x' })
    expect(await issues()).toEqual([])
  })

  test('Windows has another script', async () => {
    await write({ ...GOOD, 'task.toml': '[environment]\nos = "windows"' })
    expect(await issues()).toEqual([file('tests/test.bat', /missing/)])
  })

  test('each step needs its instruction, and a test of its own or the common one', async () => {
    const steps = '[[steps]]\nname = "one"\n[[steps]]\nname = "two"'
    await write({
      ...without('instruction.md', 'tests'),
      'task.toml': steps,
      'steps/one/tests/test.sh': 'true',
      'steps/two/instruction.md': 'x',
    })
    expect(await issues()).toEqual([
      file('steps/one/instruction.md', /missing/),
      file('steps/two/tests/test.sh', /missing, and so is tests\/test.sh/),
    ])
  })

  test('things of the wrong kind', async () => {
    await write({ ...without('instruction.md', 'environment'), 'instruction.md/a': '', environment: 'no folder' })
    expect(await issues()).toEqual([
      file('environment', /not a directory/),
      file('instruction.md', /not a regular file/),
    ])
    await write({ 'task.toml': new Uint8Array([0x61, 0xff]) })
    expect(await issues()).toContainEqual(file('task.toml', /not UTF-8/))
  })
})

describe('links', () => {
  test.each(['tests/escape', 'solution/escape', 'instruction.md', 'tests'])(
    '%s may not leave the task',
    async (path) => {
      await write(without(path))
      await writeFile(join(folder, 'outside'), 'secret')
      await link(path, join(folder, 'outside'))
      expect(await issues()).toContainEqual({ file: path, key: null, message: 'the link leaves the task directory' })
    },
  )

  test('a link out of the task is one also where nothing stands behind it', async () => {
    await write(GOOD)
    await link('tests/gone', '../../nothing')
    expect(await issues()).toEqual([{ file: 'tests/gone', key: null, message: 'the link leaves the task directory' }])
  })

  test('cycles, also by way of other folders', async () => {
    await write(GOOD)
    await link('tests/sub/up', '..')
    await link('solution/across', '../tests')
    await link('tests/itself', 'itself')
    const found = await issues()
    expect(found).toContainEqual(file('tests/sub/up', /back to a folder above/))
    expect(found).toContainEqual(file('tests/itself', /back to itself/))
    expect(found.every(({ file: path }) => path.startsWith('tests/') || path.startsWith('solution/across/'))).toBe(true)
  })

  test('inside the task they are followed, and many links to one folder are no trouble', async () => {
    await write(without('tests', 'instruction.md'))
    await write({ 'shared/test.sh': 'true', 'shared/text.md': 'By link.' })
    await link('tests', 'shared')
    await link('instruction.md', 'shared/text.md')
    let target = 'shared'
    for (let depth = 0; depth < 24; depth++) {
      await link(`solution/l${depth}/a`, `../../${target}`)
      await link(`solution/l${depth}/b`, `../../${target}`)
      target = `solution/l${depth}`
    }
    expect(await loadTask(join(folder, 'task'))).toMatchObject({ valid: true, task: { instruction: 'By link.' } })
  })

  test('in environment/ they may lead anywhere: an image is built from them as they are', async () => {
    await write(GOOD)
    await link('environment/python', '/usr/bin/python3')
    expect(await issues()).toEqual([])
    await write({ 'task.toml': '[verifier]\nenvironment_mode = "separate"' })
    expect(await issues()).toEqual([file('environment/python', /leaves/)])
  })

  test('but to no folder outside the task, nor to one above: all behind it would be the task', async () => {
    await write(GOOD)
    await link('environment/inside', '../tests')
    await link('environment/gone', '/nothing/there')
    expect(await issues()).toEqual([])
    await link('environment/out', tmpdir())
    await link('environment/deep/up', '../..')
    const found = await issues()
    expect(found).toHaveLength(2)
    expect(found).toContainEqual(file('environment/out', /leaves the task/))
    expect(found).toContainEqual(file('environment/deep/up', /back to a folder above/))
  })

  test('the folder of the steps may not leave it either', async () => {
    await mkdir(join(folder, 'outside/one'), { recursive: true })
    await writeFile(join(folder, 'outside/one/instruction.md'), 'secret')
    await write({ ...GOOD, 'task.toml': '[[steps]]\nname = "one"' })
    await link('steps', '../outside')
    expect(await issues()).toEqual([file('steps/one', /leaves/)])
  })

  test('the environment itself may not', async () => {
    await write(without('environment'))
    await link('environment', tmpdir())
    expect(await issues()).toEqual([file('environment', /leaves/)])
  })
})
