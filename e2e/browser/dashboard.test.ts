import { join } from 'node:path'
import type { Page } from 'playwright'
import { test } from 'vitest'
import { describeOn } from '../../test/support/machine.ts'
import { startJob, untilState } from '../support/jobs.ts'
import { answer, openPane, pane, settled, until } from '../support/page.ts'
import { useWorkbench } from '../support/workbench.ts'

describeOn(['browser', 'docker'], 'Dashboard', () => {
  const workbench = useWorkbench({ history: true, tasks: [{ name: 'unsolved', solution: 'true' }] })

  test('a filter changes what is counted, and a figure opens as many rows as it counts', async () => {
    const page = await workbench.open('/dashboard')
    await until(async () => (await figure(page, 'Resolved')).includes('8/12'))
    await page.getByRole('button', { name: 'Agent', exact: true }).click()
    await page.getByRole('menuitem', { name: /^oracle/ }).click()
    await page.keyboard.press('Escape')
    await until(async () => (await figure(page, 'Resolved')).includes('4/4'))
    await page.keyboard.press('Control+k')
    await page.getByPlaceholder('Type a command').fill('clear filters')
    await page.keyboard.press('Enter')
    await until(async () => (await figure(page, 'Resolved')).includes('8/12'))

    const groups = page.getByRole('region', { name: 'Rate by difficulty and category' })
    const counted = /\/(\d+)/.exec(await groups.getByRole('listitem').first().innerText())?.[1]
    const links = [
      [page.getByRole('region', { name: 'Figures' }).getByRole('link').nth(0), 8],
      [page.getByRole('region', { name: 'Figures' }).getByRole('link').nth(1), 12],
      [groups.getByRole('link').first(), Number(counted)],
    ] as const
    for (const [link, rows] of links) {
      await link.click()
      const grid = pane(page).getByRole('grid', { name: 'Trials' })
      await until(async () => (await grid.getAttribute('aria-rowcount')) === String(rows + 1))
      await openPane(page, 'Dashboard')
    }
  })

  test('what is started from here says first what it will be', async () => {
    const page = await workbench.open('/dashboard')
    await page.getByRole('button', { name: 'Run full benchmark' }).click()
    const dialog = page.getByRole('dialog', { name: 'New run' })
    await dialog.getByRole('button', { name: 'Start 10 trials' }).waitFor()
    await dialog.getByRole('button', { name: 'Cancel' }).click()
    await dialog.waitFor({ state: 'detached' })
    await more(page, 'Run one task')
    await until(async () => (await pane(page).getAttribute('data-pane')) === 'tasks')
  })

  test('the failures to run again are those of the newest job, however it came to be known', async () => {
    const page = await workbench.open('/dashboard')
    await settled(page)
    await startJob(workbench, 'aaa-newest', { tasks: [join(workbench.tasksDir, 'unsolved')] })
    await untilState(workbench, 'aaa-newest', 'completed')
    await page.getByRole('region', { name: 'Recent trials' }).getByText('unsolved').first().waitFor()
    await more(page, 'Rerun failures of aaa-newest')
    await answer(page, 'Run 1 trial again?', 'Run again')
    await page.getByRole('button', { name: 'Open', exact: true }).click()
    await until(() => /#\/runs\/aaa-newest-[^/?]+$/.test(page.url()))
    await untilState(workbench, /aaa-newest-[^/?]+/.exec(page.url())?.[0] ?? '', 'completed')
  })
})

async function figure(page: Page, label: string): Promise<string> {
  const figures = page.getByRole('region', { name: 'Figures' })
  return figures.locator('div').filter({ hasText: label }).first().innerText()
}

async function more(page: Page, item: string): Promise<void> {
  await page.getByRole('button', { name: 'More runs' }).click()
  await page.getByRole('menuitem', { name: item }).click()
}
