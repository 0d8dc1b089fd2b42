import { copyFile, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { projectRoot } from '../../test/support/engine.ts'
import { terminalText } from '../support/page.ts'
import { engineOf, makeHome, type App, type Home } from './app.ts'
import { storeJob } from './held-job.ts'
import { PATIENCE_MS } from './wait.ts'

let home: Home
let app: App

beforeAll(async () => {
  home = await makeHome()
  await storeJob(home.jobsDir, 'stored')
  const agentDir = join(home.jobsDir, 'stored', 'a', 'agent')
  await mkdir(agentDir, { recursive: true })
  await copyFile(
    join(projectRoot, 'test', 'fixtures', 'codex', 'solve', 'harbor-trajectory.json'),
    join(agentDir, 'trajectory.json'),
  )
  app = await home.start()
})

afterAll(async () => {
  await app[Symbol.asyncDispose]()
  await home[Symbol.asyncDispose]()
})

const SCREENS = ['Dashboard', 'Tasks', 'Runs', 'Compare', 'Shell', 'Settings'] as const

test('the window opens, and the engine answers', async () => {
  expect(await app.page.title()).toBe('TB Command Center')
  expect(app.page.url()).toMatch(/^tbcc:\/\/app\/index\.html/)
  expect(await engineOf(app.page)).toBeGreaterThan(0)
})

test.each(SCREENS)('%s opens and shows what it is', async (name) => {
  await app.page.getByRole('navigation', { name: 'Main' }).getByRole('button', { name }).click()
  const pane = app.page.locator(`main[data-pane="${name.toLowerCase()}"]`)
  await pane.getByRole('heading', { name }).first().waitFor()
  // What is still coming has come, or says why not.
  await pane.locator('[aria-busy="true"]').first().waitFor({ state: 'hidden' })
  expect(await pane.getByText('Something went wrong').count()).toBe(0)
  expect(app.problems).toEqual([])
})

/** What stands on each tab, when it has come. */
const JOB_TABS = {
  trials: 'task of a',
  outcomes: 'task of a',
  pareto: 'oracle',
  config: 'job_name',
  log: '5 events',
}
const TRIAL_TABS = {
  steps: 'Write the greeting.',
  terminal: 'output of a',
  verifier: 'passed',
  files: 'tbcc.json',
  config: 'Resolved',
  events: 'output.written',
  exception: 'exception',
}

test.each(Object.entries(JOB_TABS))('a job shows its %s', async (tab, text) => {
  await shows(`/runs/stored?tab=${tab}`, text)
})

test.each(Object.entries(TRIAL_TABS))('a trial shows its %s', async (tab, text) => {
  await shows(`/runs/stored/a?tab=${tab}`, text)
})

async function shows(address: string, text: string): Promise<void> {
  const { page } = app
  await page.evaluate((hash) => {
    location.hash = hash
  }, address)
  const pane = page.locator('main[data-pane="runs"]')
  const panel = pane.locator('[role="tabpanel"]:not([hidden])').first()
  await panel.waitFor()
  await expect
    .poll(async () => `${await panel.innerText()} ${await terminalText(panel)}`, { timeout: PATIENCE_MS })
    .toContain(text)
  await pane.locator('[aria-busy="true"]').first().waitFor({ state: 'hidden' })
  expect(await pane.getByText('Something went wrong').count()).toBe(0)
  expect(app.problems).toEqual([])
}

test('a tab is found as it was left', async () => {
  const { page } = app
  const sidebar = page.getByRole('navigation', { name: 'Main' })
  await sidebar.getByRole('button', { name: 'Tasks' }).click()
  const search = page.locator('main[data-pane="tasks"] [data-search]')
  await search.fill('key')
  await sidebar.getByRole('button', { name: 'Settings' }).click()
  await sidebar.getByRole('button', { name: 'Tasks' }).click()
  expect(await search.inputValue()).toBe('key')
})
