import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { ensurePageBuilt } from '../../test/support/built.ts'
import { plainEnv } from '../../test/support/engine.ts'
import { machine } from '../../test/support/machine.ts'
import { makeHistory } from './history.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** A folder of jobs that have ended; null where this machine cannot run them. */
    history: string | null
  }
}

/** Builds the product and its page, and runs once the jobs that the scenarios find. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const [docker, browser] = await Promise.all([machine.docker(), machine.browser()])
  if (browser.available) await ensurePageBuilt()
  if (!docker.available || !browser.available) {
    project.provide('history', null)
    return async () => {}
  }
  const folder = await mkdtemp(join(tmpdir(), 'tbcc-e2e-history-'))
  const jobsDir = join(folder, 'jobs')
  await makeHistory(folder, jobsDir, { cwd: folder, env: { ...plainEnv, HOME: folder } })
  project.provide('history', jobsDir)
  return async () => rm(folder, { recursive: true, force: true })
}
