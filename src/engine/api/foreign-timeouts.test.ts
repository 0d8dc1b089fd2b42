import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createForeignTimeouts } from './foreign-timeouts.ts'

let jobsDir: string
beforeEach(() => {
  jobsDir = mkdtempSync(join(tmpdir(), 'tbcc-foreign-timeouts-'))
})
afterEach(() => rmSync(jobsDir, { recursive: true }))

const TASK = join(import.meta.dirname, '..', '..', '..', 'resources', 'samples', 'release-tree')
const ref = { jobName: 'job', trialName: 'trial' }

function writeConfig(path: string): void {
  mkdirSync(join(jobsDir, 'job', 'trial'), { recursive: true })
  const config = { task: { path }, agent: { override_timeout_sec: 90 }, agent_timeout_multiplier: 2 }
  writeFileSync(join(jobsDir, 'job', 'trial', 'config.json'), JSON.stringify(config))
}

test('the limits are those of the configuration and the task, and are looked for until they are there', async () => {
  const timeoutsOf = createForeignTimeouts(jobsDir)
  expect(await timeoutsOf(ref)).toBeNull()
  writeConfig(TASK)
  expect(await timeoutsOf(ref)).toMatchObject({ agentMs: 180_000, agentSetupMs: 360_000 })
  rmSync(join(jobsDir, 'job'), { recursive: true })
  expect(await timeoutsOf(ref)).toMatchObject({ agentMs: 180_000 })
})

test('of a task that is not there none are told', async () => {
  writeConfig(join(jobsDir, 'no-task'))
  expect(await createForeignTimeouts(jobsDir)(ref)).toBeNull()
})
