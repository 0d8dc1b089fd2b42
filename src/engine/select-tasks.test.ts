import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { makeTask } from '../../test/support/tasks.ts'
import { JobConfig, type JobConfigInput } from '../contract/harbor/job-config.ts'
import { selectTasks } from './select-tasks.ts'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tbcc-select-'))
})
afterEach(async () => rm(folder, { recursive: true, force: true }))

async function select(config: JobConfigInput) {
  const { tasks, invalid } = await selectTasks(JobConfig.parse(config), folder)
  return { tasks: tasks.map(({ entry }) => entry.task.name), invalid: invalid.map(({ name }) => name) }
}

test('tests are needed where something is verified', async () => {
  const untested = await makeTask(folder, { name: 'untested' })
  await rm(join(untested, 'tests'), { recursive: true })
  const ways: JobConfigInput[] = [{ tasks: [{ path: 'untested' }] }, { datasets: [{ path: '.' }] }]
  for (const way of ways) {
    expect(await select(way)).toEqual({ tasks: [], invalid: ['untested'] })
    expect(await select({ ...way, verifier: { disable: true } })).toEqual({ tasks: ['untested'], invalid: [] })
    expect(await select({ ...way, install_only: true })).toEqual({ tasks: ['untested'], invalid: [] })
  }
})

test('the latest of a package is the newest version of a registry', async () => {
  await makeTask(folder, { name: 'old' })
  await makeTask(folder, { name: 'new' })
  const dataset = (version: string, task: string) => ({
    name: 'org/set',
    version,
    description: '',
    tasks: [{ name: task, path: task }],
  })
  await writeFile(join(folder, 'registry.json'), JSON.stringify([dataset('1.9', 'old'), dataset('1.10', 'new')]))
  const of = (ref: string): JobConfigInput => ({
    datasets: [{ name: 'org/set', ref, registry_path: 'registry.json' }],
  })
  expect((await select(of('latest'))).tasks).toEqual(['new'])
  expect((await select(of('1.9'))).tasks).toEqual(['old'])
  await expect(select(of('2'))).rejects.toMatchObject({ code: 'not-found' })
})
