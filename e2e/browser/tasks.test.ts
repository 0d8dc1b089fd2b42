import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
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

  test('the detail of a task: instruction, facts, files, and every attempt at it', async () => {
    const page = await workbench.open('/tasks')
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
    await detail.getByRole('tab', { name: /^Attempts/ }).click()
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
