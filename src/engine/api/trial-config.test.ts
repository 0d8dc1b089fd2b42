import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { TrialConfigInput } from '../../contract/harbor/trial-config.ts'
import type { TrialEnvironment } from '../../contract/trial.ts'
import { showTrialConfig } from './trial-config.ts'

let folder: string
let task: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tbcc-trial-config-'))
  task = join(folder, 'task')
  cpSync(join(import.meta.dirname, '..', '..', '..', 'resources', 'samples', 'release-tree'), task, { recursive: true })
})
afterEach(() => rmSync(folder, { recursive: true }))

/** As a run of a Dockerfile task leaves it. */
const ENVIRONMENT: TrialEnvironment = {
  backend: 'docker',
  backendVersion: '29',
  image: 'tbcc-environment:0123456789ab',
  imageId: 'sha256:0',
  imageSource: 'built',
  containerId: null,
  workdir: '/app',
  network: 'no-network',
  cpus: 1,
  memoryMb: 2048,
  notEnforced: [],
  settings: {},
}

const PUBLIC = { network: 'public' as const }

async function rows(changes: Omit<TrialConfigInput, 'task'>, ran: Partial<typeof ENVIRONMENT> = {}) {
  writeFileSync(join(folder, 'config.json'), JSON.stringify({ task: { path: task }, ...changes }))
  const record = { taskPath: task, environment: { ...ENVIRONMENT, ...ran } }
  return (await showTrialConfig(folder, record)).differences
}

test('a sample that nothing was changed of differs in nothing', async () => {
  expect(await rows({})).toEqual([])
})

test('what was changed, and nothing else', async () => {
  const changed = await rows({
    timeout_multiplier: 2,
    agent: { env: { API_KEY: 'secret' } },
    environment: { override_memory_mb: 4096 },
  })
  expect(changed.map(({ key, used }) => [key, used])).toEqual([
    ['timeout factor', '2'],
    ['memory, MB', '4096'],
    ['variables of the agent', 'API_KEY'],
  ])
  expect(JSON.stringify(changed)).not.toContain('secret')
})

test('an image only where the task names one', async () => {
  writeFileSync(join(task, 'task.toml'), '[environment]\ndocker_image = "debian:12"\n')
  expect(await rows({}, { ...PUBLIC, image: 'debian:12' })).toEqual([])
  expect(await rows({}, PUBLIC)).toEqual([{ key: 'image', task: 'debian:12', used: ENVIRONMENT.image }])
})

test('a variable with another value is another, and no value is shown', async () => {
  writeFileSync(join(task, 'task.toml'), '[environment.env]\nMODE = "slow"\nPLACE = "here"\n')
  expect(await rows({ environment: { env: { PLACE: 'here' } } }, PUBLIC)).toEqual([])
  expect(await rows({ environment: { env: { MODE: 'fast', PLACE: 'here' } } }, PUBLIC)).toEqual([
    { key: 'variables of the environment', task: 'MODE, PLACE', used: 'MODE (changed), PLACE' },
  ])
})
