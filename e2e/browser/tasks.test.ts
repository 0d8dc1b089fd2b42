import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from 'playwright'
import { expect, test } from 'vitest'
import { describeOn } from '../../test/support/machine.ts'
import { HISTORY } from '../support/history.ts'
import { until } from '../support/page.ts'
import { useWorkbench } from '../support/workbench.ts'

describeOn(['browser', 'docker'], 'Tasks', () => {
  const workbench = useWorkbench({ history: true, tasks: [{ name: 'sound' }, { name: 'broken', toml: '[nonsense' }] })

  test('search as one types, filter, and what is chosen is counted and run', async () => {
    const page = await workbench.open('/tasks')
    const grid = page.getByRole('grid', { name: 'Tasks' })
    const count = async (): Promise<number> => grid.getByRole('checkbox').count()
    await until(async () => (await count()) === 10)
    await page.keyboard.press('/')
    await page.keyboard.type('tree')
    await until(async () => (await count()) === 1)
    await page.keyboard.press('Escape')
    await until(async () => (await count()) === 10)
    await page.getByRole('button', { name: 'Difficulty' }).first().click()
    await page.getByRole('menuitem', { name: /easy/ }).click()
    await page.keyboard.press('Escape')
    await until(async () => (await count()) < 10)
    await grid.getByRole('checkbox').nth(0).click()
    await grid.getByRole('checkbox').nth(1).click()
    await page.getByText('2 of 10 tasks chosen').waitFor()
    await page.getByRole('button', { name: 'Run 2 tasks' }).click()
    await page.getByRole('dialog', { name: 'New run' }).getByRole('button', { name: 'Start 2 trials' }).waitFor()
  })

  test('sorted by a column, and narrowed to how one agent fared', async () => {
    const page = await workbench.open('/tasks')
    const grid = page.getByRole('grid', { name: 'Tasks' })
    const names = async (): Promise<readonly string[]> =>
      (await grid.getByRole('checkbox').all()).length === 0
        ? []
        : grid.getByRole('row').locator('[role=gridcell]:nth-child(2)').allInnerTexts()
    await until(async () => (await names()).length === 10)
    const sorted = (await names()).toSorted((a, b) => a.localeCompare(b, 'en', { numeric: true }))
    expect(await names()).toEqual(sorted)
    await grid.getByRole('button', { name: 'Task', exact: true }).click()
    await until(async () => (await names()).join() === sorted.toReversed().join())

    await choose(page, 'Agent', /^command/)
    await choose(page, 'Status', /^failed/)
    // Neither of its models solves that one; the oracle does.
    await until(async () => (await names()).join() === 'incident-report')
    await page.getByRole('button', { name: 'Status', exact: true }).click()
    await page.getByRole('menuitem', { name: /^failed/ }).click()
    await page.getByRole('menuitem', { name: /^passed/ }).click()
    await page.keyboard.press('Escape')
    await until(async () => (await names()).length === 3)
  })

  test('what is chosen belongs to its dataset, also where another one is opened by its address', async () => {
    const page = await workbench.open('/tasks')
    const grid = page.getByRole('grid', { name: 'Tasks' })
    await grid.getByRole('checkbox').first().click()
    await page.getByText('1 of 10 tasks chosen').waitFor()
    await page.goto(`${workbench.origin()}/#/tasks?path=${encodeURIComponent(workbench.tasksDir)}`)
    await grid.getByText('sound').first().waitFor()
    expect(await page.getByRole('toolbar', { name: 'Selection' }).count()).toBe(0)
  })

  test('the detail of a task: instruction, facts, files, and every attempt at it', async () => {
    // Whose attempts count in the list beside it is another question.
    const page = await workbench.open('/tasks?agents=oracle')
    await page.getByRole('grid', { name: 'Tasks' }).getByText('release-tree').first().click()
    const detail = page.getByRole('region', { name: /^Task .*release-tree/ })
    await detail.getByText('Create the release directory of the program').waitFor()
    await detail.getByRole('table').first().waitFor()
    await detail.getByRole('tab', { name: 'Facts' }).click()
    await detail
      .getByText(/no-network/)
      .first()
      .waitFor()
    await detail.getByRole('tab', { name: 'Files' }).click()
    await detail.getByText('Dockerfile').first().click()
    await detail.getByText('FROM').first().waitFor()
    await detail.getByRole('tab', { name: /^Attempts ?3$/ }).click()
    await until(async () => (await detail.getByRole('grid', { name: 'Attempts' }).getByRole('row').count()) === 4)
    await detail.getByRole('grid', { name: 'Attempts' }).getByRole('row').nth(1).dblclick()
    await until(() => page.url().includes('/runs/'))
    expect(page.url()).toMatch(new RegExp(`/runs/(${HISTORY.oracle}|${HISTORY.models})/release-tree__`))
  })

  test('another dataset: its tasks, and its invalid ones with what is wrong', async () => {
    const page = await workbench.open('/tasks')
    await page.getByRole('button', { name: /^Dataset/ }).click()
    await page.getByRole('menuitem', { name: /^tasks/ }).click()
    await page.getByRole('grid', { name: 'Tasks' }).getByText('sound').first().waitFor()
    await page.getByText(/1 folder is no valid task/).click()
    await page.getByRole('list', { name: 'Invalid tasks' }).getByText('task.toml').first().waitFor()
    await until(() => page.url().includes('path='))
    const other = await workbench.open(new URL(page.url()).hash.slice(1))
    await other.getByRole('grid', { name: 'Tasks' }).getByText('sound').first().waitFor()
  })

  test('a folder that is not there is refused with a reason', async () => {
    const page = await workbench.open('/tasks')
    await page.getByRole('button', { name: /^Dataset/ }).click()
    await page.getByRole('menuitem', { name: 'Add a folder…' }).click()
    const dialog = page.getByRole('dialog', { name: 'Add a folder of tasks' })
    await dialog.getByLabel('Path of the folder').fill(join(workbench.folder, 'nowhere'))
    await page.keyboard.press('Enter')
    await dialog.getByRole('alert').waitFor()
    await page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'detached' })
  })

  test('a task that is mended is valid when it is looked at again', async () => {
    await workbench.task({ name: 'mended', toml: '[nonsense' })
    const path = encodeURIComponent(workbench.tasksDir)
    const page = await workbench.open(`/tasks?path=${path}`)
    await page.getByText(/2 folders are no valid tasks/).waitFor()
    await workbench.task({ name: 'mended' })
    await writeFile(join(workbench.tasksDir, 'mended', 'instruction.md'), 'Mended.\n')
    await page.reload()
    await page.getByText(/1 folder is no valid task/).waitFor()
    await page.getByRole('grid', { name: 'Tasks' }).getByText('mended').first().waitFor()
  })
})

async function choose(page: Page, menu: string, item: RegExp): Promise<void> {
  await page.getByRole('button', { name: menu, exact: true }).click()
  await page.getByRole('menuitem', { name: item }).click()
  await page.keyboard.press('Escape')
}
