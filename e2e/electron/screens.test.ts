import { afterAll, beforeAll, expect, test } from 'vitest'
import { engineOf, makeHome, type App, type Home } from './app.ts'

let home: Home
let app: App

beforeAll(async () => {
  home = await makeHome()
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
