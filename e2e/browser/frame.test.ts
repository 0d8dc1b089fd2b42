import { expect, test } from 'vitest'
import { describeOn } from '../../test/support/machine.ts'
import { HISTORY } from '../support/history.ts'
import { trialOf } from '../support/jobs.ts'
import { openPane, openTab, pane, settled, until } from '../support/page.ts'
import { useWorkbench } from '../support/workbench.ts'

const TABS = ['Dashboard', 'Tasks', 'Runs', 'Compare', 'Shell', 'Settings'] as const

describeOn(['browser', 'docker'], 'the frame around the screens', () => {
  const workbench = useWorkbench({ history: true })

  test('the token leaves the address bar at once, and the page works without it afterwards', async () => {
    const page = await workbench.open()
    expect(page.url()).toBe(`${workbench.origin()}/#/dashboard`)
    expect(await page.evaluate(() => document.cookie)).toBe('')
    await page.reload()
    await page.getByRole('status').filter({ hasText: '● engine' }).waitFor()
  })

  test('tabs by the sidebar and by their keys; the sidebar collapses and stays so', async () => {
    const page = await workbench.open()
    for (const tab of TABS) await openTab(page, tab)
    for (const [index, tab] of TABS.entries()) {
      await page.keyboard.press(`Alt+${index + 1}`)
      await until(async () => (await pane(page).getAttribute('data-pane')) === tab.toLowerCase())
    }
    await page.getByRole('button', { name: 'Collapse the sidebar' }).click()
    const sidebar = page.getByRole('navigation', { name: 'Main' })
    const width = async (): Promise<number> => (await sidebar.boundingBox())?.width ?? Number.NaN
    await until(async () => (await width()) < 60)
    await page.reload()
    await sidebar.getByRole('button', { name: 'Runs' }).waitFor()
    await until(async () => (await width()) < 60)
    await page.keyboard.press('Control+b')
    await until(async () => (await width()) > 100)
  })

  test('the palette finds a command by its words and does it', async () => {
    const page = await workbench.open()
    await page.keyboard.press('Control+k')
    await page.getByPlaceholder('Type a command').fill('settings')
    await page.keyboard.press('Enter')
    await until(async () => (await pane(page).getAttribute('data-pane')) === 'settings')
    await page.keyboard.press('Control+k')
    await page.getByPlaceholder('Type a command').fill('no such thing at all')
    await page.getByText('No command of that name').waitFor()
    await page.keyboard.press('Escape')
    expect(await page.getByRole('dialog').count()).toBe(0)
  })

  test('? lists what the keys do on this screen', async () => {
    const page = await workbench.open(`/runs/${HISTORY.models}`)
    await settled(page)
    await page.keyboard.press('?')
    const help = page.getByRole('dialog', { name: 'Keyboard shortcuts' })
    for (const text of ['Commands', 'Search in this screen', 'Back to all runs', 'Choose as far as here'])
      await help.getByText(text).first().waitFor()
    await page.keyboard.press('Escape')
    await help.waitFor({ state: 'detached' })
  })

  test('an address opens the same view in another window, and Back goes to the one before', async () => {
    const page = await workbench.open('/runs')
    await page.getByRole('link', { name: HISTORY.models }).click()
    await page.getByRole('tab', { name: 'Outcomes' }).click()
    await until(() => page.url().endsWith(`/runs/${HISTORY.models}?tab=outcomes`))
    const other = await workbench.open(new URL(page.url()).hash.slice(1))
    await other.getByRole('tab', { name: 'Outcomes', selected: true }).waitFor()
    await page.goBack()
    await pane(page).getByRole('heading', { name: 'Runs', level: 1 }).waitFor()
    await page.goForward()
    await page.getByRole('tab', { name: 'Outcomes', selected: true }).waitFor()
  })

  test('a tab is found as it was left', async () => {
    const trialName = await trialOf(workbench, HISTORY.models, 'incident-report')
    const page = await workbench.open(`/runs/${HISTORY.models}/${trialName}?tab=verifier`)
    await settled(page)
    await openPane(page, 'Settings')
    const scroller = pane(page).locator('div.overflow-y-auto')
    const position = async (): Promise<number> => scroller.evaluate((element) => element.scrollTop)
    await page.getByLabel('Attempts per task', { exact: true }).waitFor()
    await scroller.evaluate((element) => element.scrollTo(0, 150))
    expect(await position()).toBe(150)
    await openPane(page, 'Runs')
    await openPane(page, 'Settings')
    expect(await position()).toBe(150)
    await page.getByLabel('Search settings').fill('memory')
    await openPane(page, 'Runs')
    await page.getByRole('tab', { name: 'Verifier', selected: true }).waitFor()
    expect(page.url()).toContain(`/${trialName}?tab=verifier`)
    await openPane(page, 'Settings')
    expect(await page.getByLabel('Search settings').inputValue()).toBe('memory')
  })

  test('what is no address leads to a screen that says so, and does nothing else', async () => {
    const page = await workbench.open('/runs/no-such-job')
    await pane(page).getByRole('alert').waitFor()
    await page.goto(`${workbench.origin()}/#/runs/${HISTORY.models}/no-such-trial`)
    await pane(page).getByRole('alert').waitFor()
    await page.goto(`${workbench.origin()}/#/%E0%A4%A/..%2f..%2fetc`)
    await pane(page).getByRole('heading').first().waitFor()
  })
})
