import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Locator, Page } from 'playwright'
import { expect, test } from 'vitest'
import { describeOn } from '../../test/support/machine.ts'
import { ask } from '../support/jobs.ts'
import { answer, until } from '../support/page.ts'
import { useWorkbench } from '../support/workbench.ts'

describeOn('browser', 'Settings', () => {
  const workbench = useWorkbench({ env: { TBCC_EXECUTION_RETRIES: '3', OPENAI_API_KEY: 'sk-of-the-environment' } })
  const stored = async (name = 'settings.json'): Promise<string> =>
    readFile(join(workbench.folder, 'config', 'tbcc', name), 'utf8').catch(() => '')

  test('a change holds at once, can be undone, and is reset', async () => {
    const page = await workbench.open('/settings')
    const attempts = page.getByLabel('Attempts per task', { exact: true })
    await attempts.fill('5')
    await attempts.press('Enter')
    await page.getByText('Attempts per task changed').waitFor()
    expect(await attempts.evaluate((element) => element === document.activeElement)).toBe(true)
    await rowOf(page, 'Attempts per task').getByText('changed', { exact: true }).waitFor()
    expect(JSON.parse(await stored())).toMatchObject({ settings: { 'execution.attempts': 5 } })

    await page.getByRole('button', { name: 'Undo' }).click()
    await until(async () => (await attempts.inputValue()) === '1')
    // As before the first change: it is not that the old value stands in the file now.
    await rowOf(page, 'Attempts per task').getByText('default', { exact: true }).waitFor()
    await until(async () => !(await stored()).includes('execution.attempts'))

    await attempts.fill('7')
    await attempts.press('Enter')
    await page.getByRole('button', { name: 'Reset Attempts per task' }).click()
    await until(async () => (await attempts.inputValue()) === '1')
    await until(async () => !(await stored()).includes('execution.attempts'))
  })

  test('a value out of bounds says the bounds and changes nothing; Esc takes it back', async () => {
    const page = await workbench.open('/settings')
    const concurrency = page.getByLabel('Trials at once', { exact: true })
    await concurrency.fill('100000')
    await concurrency.press('Enter')
    await page.getByText('A whole number from 1 to 256').waitFor()
    expect(await concurrency.getAttribute('aria-invalid')).toBe('true')
    expect((await ask(workbench, 'settings.list', {})).settings).toContainEqual(
      expect.objectContaining({ key: 'execution.concurrency', value: 4, source: 'default' }),
    )
    await concurrency.press('Escape')
    expect(await concurrency.inputValue()).toBe('4')
  })

  test('what the environment sets is told and locked', async () => {
    const page = await workbench.open('/settings')
    const retries = page.getByLabel('Retries', { exact: true })
    expect(await retries.inputValue()).toBe('3')
    expect(await retries.isDisabled()).toBe(true)
    await rowOf(page, 'Retries').getByText('set by TBCC_EXECUTION_RETRIES').waitFor()
  })

  test('the jobs folder that the start named is shown and locked', async () => {
    const page = await workbench.open('/settings?group=paths')
    const folder = page.getByLabel('Jobs folder', { exact: true })
    expect(await folder.inputValue()).toBe(workbench.jobsDir)
    expect(await folder.isDisabled()).toBe(true)
    await rowOf(page, 'Jobs folder').getByText('set at the start').waitFor()
  })

  test('the palette changes the theme from any screen', async () => {
    const page = await workbench.open('/runs')
    await page.keyboard.press('Control+k')
    await page.getByPlaceholder('Type a command').fill('theme dark')
    await page.keyboard.press('Enter')
    await until(async () => (await page.evaluate(() => document.documentElement.dataset['theme'])) === 'dark')
    await ask(workbench, 'settings.reset', { key: 'appearance.theme' })
    await until(async () => (await page.evaluate(() => document.documentElement.dataset['theme'])) === 'light')
  })

  test('theme and density change the page at once', async () => {
    const page = await workbench.open('/settings?group=appearance')
    const background = async (): Promise<string> => page.evaluate(() => getComputedStyle(document.body).backgroundColor)
    const light = await background()
    await choose(page, 'Theme', 'dark')
    await until(async () => (await background()) !== light)
    await choose(page, 'Density', 'compact')
    await until(
      async () =>
        (await page.evaluate(() => getComputedStyle(document.documentElement).getPropertyValue('--row').trim())) ===
        '26px',
    )
    // Another window of the same engine follows.
    const other = await workbench.open('/settings?group=appearance')
    await until(async () => (await other.evaluate(() => getComputedStyle(document.body).backgroundColor)) !== light)
  })

  test('a key is written, and can be seen nowhere afterwards', async () => {
    const page = await workbench.open('/settings?group=keys')
    const key = 'sk-test-1234567890-never-shown'
    const row = page.locator('div.border-b').filter({ hasText: 'ANTHROPIC_API_KEY' })
    await row.getByRole('button', { name: 'Set' }).click()
    const field = page.getByLabel('Value of ANTHROPIC_API_KEY')
    expect(await field.getAttribute('type')).toBe('password')
    await field.fill(key)
    await page.getByRole('button', { name: 'Store' }).click()
    await row.getByText('stored').waitFor()
    expect(await page.content()).not.toContain(key)
    expect(JSON.stringify(await ask(workbench, 'secrets.list', {}))).not.toContain(key)
    expect(await stored()).not.toContain(key)
    expect(workbench.server().stdout() + workbench.server().stderr()).not.toContain(key)
    await page
      .locator('div.border-b')
      .filter({ hasText: 'OPENAI_API_KEY' })
      .getByText('set by the environment')
      .waitFor()

    await row.getByRole('button', { name: 'Remove' }).click()
    await answer(page, 'Remove ANTHROPIC_API_KEY?', 'Remove')
    await row.getByText('not set').waitFor()
  })

  test('a setting is found by its words from any group', async () => {
    const page = await workbench.open('/settings')
    await page.keyboard.press('/')
    await page.keyboard.type('terminal output after')
    await page.getByLabel('Remove terminal output after', { exact: true }).waitFor()
    await until(async () => (await page.getByLabel('Attempts per task', { exact: true }).count()) === 0)
  })
})

function rowOf(page: Page, label: string): Locator {
  return page.locator('div.grid').filter({ has: page.getByText(label, { exact: true }) })
}

async function choose(page: Page, label: string, choice: string): Promise<void> {
  await page.getByRole('combobox', { name: label }).click()
  await page.getByRole('option', { name: choice, exact: true }).click()
}
