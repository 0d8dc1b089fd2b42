import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright'
import { expect, test } from 'vitest'
import { describeOn } from '../../test/support/machine.ts'
import { HISTORY, MODELS } from '../support/history.ts'
import { startJob, trialsOf, untilState } from '../support/jobs.ts'
import { answer, pane, settled, until } from '../support/page.ts'
import { useWorkbench } from '../support/workbench.ts'

describeOn(['browser', 'docker'], 'Runs', () => {
  const workbench = useWorkbench({ history: true, tasks: [{ name: 'small' }, { name: 'small-too' }] })

  test('the jobs with their rates; a job says first how it went', async () => {
    const page = await workbench.open('/runs')
    const row = page.getByRole('row').filter({ hasText: HISTORY.models })
    await row.getByText('4/8').waitFor()
    await page.getByRole('row').filter({ hasText: HISTORY.oracle }).getByText('4/4', { exact: true }).first().waitFor()
    await page.getByRole('link', { name: HISTORY.models }).click()
    await page.getByText(/^4 of 8 resolved \(50 %, 95 % CI 22–78\)/).waitFor()
  })

  test('jobs are sorted by any column, which stands in the address', async () => {
    const page = await workbench.open('/runs')
    const grid = page.getByRole('grid', { name: 'Jobs' })
    const order = async (): Promise<readonly string[]> =>
      (
        await grid
          .getByRole('checkbox')
          .evaluateAll((boxes) => boxes.map((box) => box.getAttribute('aria-label') ?? ''))
      ).map((label) => label.replace('Select ', ''))
    const header = grid.getByRole('columnheader', { name: 'Resolved' })
    await header.getByRole('button').click()
    await until(async () => (await order()).join() === `${HISTORY.oracle},${HISTORY.models}`)
    await header.getByRole('button').click()
    await until(async () => (await order()).join() === `${HISTORY.models},${HISTORY.oracle}`)
    expect(page.url()).toContain('sort=rate')
  })

  test('search among jobs, and from nothing found back to all', async () => {
    const page = await workbench.open('/runs')
    await page.getByRole('link', { name: HISTORY.oracle }).waitFor()
    await page.keyboard.press('/')
    await page.keyboard.type('swift')
    await until(async () => (await page.getByRole('link', { name: HISTORY.oracle }).count()) === 0)
    await page.getByRole('link', { name: HISTORY.models }).waitFor()
    expect(page.url()).toContain('text=swift')
    await page.getByLabel('Search jobs').fill('nothing like it')
    await page.getByText('No job matches').waitFor()
    await page.getByLabel('Search jobs').fill('')
    await page.getByRole('link', { name: HISTORY.oracle }).waitFor()
  })

  test('trials are filtered by chips that stand in the address, and every value is counted', async () => {
    const page = await workbench.open('/runs?view=trials')
    await settled(page)
    await until(async () => (await trialRows(page)) === 12)
    await page.getByRole('button', { name: 'Outcome' }).first().click()
    await page.getByRole('menuitem', { name: /failure/ }).click()
    await page.keyboard.press('Escape')
    await until(async () => (await trialRows(page)) === 4)
    await page.getByRole('button', { name: 'Model', exact: true }).first().click()
    await page.getByRole('menuitem', { name: MODELS[0] }).click()
    await page.keyboard.press('Escape')
    await until(async () => (await trialRows(page)) === 1)
    await page.getByText('incident-report').first().waitFor()
    expect(page.url()).toContain('outcomes=failure')
    const other = await workbench.open(new URL(page.url()).hash.slice(1))
    await until(async () => (await trialRows(other)) === 1)

    await page.getByRole('button', { name: 'Remove this filter' }).first().click()
    await page.getByRole('button', { name: 'Remove this filter' }).first().click()
    await until(async () => (await trialRows(page)) === 12)
    await page.getByLabel('Search trials').fill('shift')
    await until(async () => (await trialRows(page)) === 3)
    await page.getByLabel('Search trials').fill('')
    await until(async () => (await trialRows(page)) === 12)
    for (const [menu, value] of [
      ['Blame', /agent/],
      ['State', /finished/],
    ] as const) {
      await page.getByRole('button', { name: menu, exact: true }).first().click()
      await page.getByRole('menuitem', { name: value }).click()
      await page.keyboard.press('Escape')
      await until(async () => (await trialRows(page)) === 4)
    }
    await page.goto(`${workbench.origin()}/#/runs?view=trials&exceptionTypes=AgentTimeoutError`)
    await page.getByText('No trial matches these conditions').waitFor()
  })

  test('sort by a column, and group by task with rates', async () => {
    const page = await workbench.open(`/runs/${HISTORY.models}`)
    await until(async () => (await trialRows(page)) === 8)
    await page.getByRole('columnheader', { name: 'Duration' }).getByRole('button').click()
    const header = page.getByRole('columnheader', { name: 'Duration' })
    await until(async () => (await header.getAttribute('aria-sort')) === 'descending')
    const byDuration = (await trialsOf(workbench, HISTORY.models)).toSorted(
      (a, b) => (b.durationMs ?? 0) - (a.durationMs ?? 0),
    )
    await until(async () => (await names(page)).join() === byDuration.map(({ trialName }) => trialName).join())
    await header.getByRole('button').click()
    await until(async () => (await names(page))[0] === byDuration.at(-1)?.trialName)

    await page.getByRole('combobox', { name: 'Group by' }).click()
    await page.getByRole('option', { name: 'task', exact: true }).click()
    const group = page.getByRole('button', { name: /shift-subtitles$/ })
    await group.waitFor()
    await page.getByRole('row').filter({ has: group }).getByText('2/2').waitFor()
    await group.click()
    await until(async () => (await names(page)).length === 2)
  })

  test('the outcome grid: what both miss stands out, and a cell opens its trial', async () => {
    const page = await workbench.open(`/runs/${HISTORY.models}?tab=outcomes`)
    const grid = page.getByRole('grid', { name: 'Outcomes by task and model' })
    await until(async () => (await grid.getByRole('gridcell').count()) === 8)
    const tint = async (outcome: string): Promise<string> =>
      grid
        .getByRole('link', { name: new RegExp(`, ${outcome}`) })
        .first()
        .locator('span')
        .first()
        .evaluate((span) => getComputedStyle(span).backgroundColor)
    expect(await tint('success')).not.toBe(await tint('failure'))
    await page.getByRole('radio', { name: 'never 1' }).click()
    await until(async () => (await grid.getByRole('gridcell').count()) === 2)
    await grid.getByText('incident-report').waitFor()
    await page.getByRole('radio', { name: /^all/ }).click()
    await page.getByRole('radio', { name: 'duration' }).click()
    await until(() => page.url().includes('colour=duration'))
    await grid.focus()
    await page.keyboard.press('ArrowRight')
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await until(() => /\/runs\/swift-and-deep\/[^?]+__/.test(page.url()))
    await page.goBack()
    await grid.getByRole('link').first().click()
    await until(() => /\/runs\/swift-and-deep\/[^?]+__/.test(page.url()))
  })

  test('the Pareto chart has a point for each model, and says what was not measured', async () => {
    const page = await workbench.open(`/runs/${HISTORY.models}?tab=pareto`)
    const table = page.getByRole('table')
    await table.getByRole('row').filter({ hasText: MODELS[0] }).getByText('3/4').waitFor()
    await table.getByRole('row').filter({ hasText: MODELS[1] }).getByText('1/4').waitFor()
    await page.getByRole('radio', { name: 'time' }).click()
    await page.locator('main:not([hidden]) svg').getByText(MODELS[0]).locator('visible=true').first().waitFor()
    await page.getByRole('radio', { name: 'cost' }).click()
    await page.getByText('No cost was measured').waitFor()
  })

  test('configuration and log of a job', async () => {
    const page = await workbench.open(`/runs/${HISTORY.models}?tab=config`)
    await pane(page).getByText('n_concurrent_trials').first().waitFor()
    await until(async () => (await pane(page).innerText()).includes('tbcc run'))
    await page.getByRole('tab', { name: 'Log' }).click()
    await page.getByRole('log').getByText('job completed').waitFor()
  })

  test('trials and jobs are deleted after a question that names them, folders too', async () => {
    for (const name of ['to-delete', 'to-delete-too']) {
      await startJob(workbench, name, { tasks: ['small', 'small-too'].map((task) => join(workbench.tasksDir, task)) })
      await untilState(workbench, name, 'completed')
    }
    const page = await workbench.open('/runs/to-delete')
    await until(async () => (await trialRows(page)) === 2)
    const [first = ''] = await names(page)
    await page.getByLabel(`Select to-delete/${first}`).click()
    await page.getByText('1 trial selected').waitFor()
    await page.getByRole('button', { name: 'Delete', exact: true }).click()
    const question = page.getByRole('alertdialog', { name: 'Delete 1 trial?' })
    await question.getByText(`to-delete/${first}`).waitFor()
    await answer(page, 'Delete 1 trial?', 'Cancel')
    expect(existsSync(join(workbench.jobsDir, 'to-delete', first))).toBe(true)
    await page.getByRole('button', { name: 'Delete', exact: true }).click()
    await answer(page, 'Delete 1 trial?', 'Delete')
    await until(async () => (await trialRows(page)) === 1)
    expect(existsSync(join(workbench.jobsDir, 'to-delete', first))).toBe(false)

    await page.goto(`${workbench.origin()}/#/runs`)
    await page.getByRole('button', { name: 'Actions for to-delete', exact: true }).click()
    await page.getByRole('menuitem', { name: 'Delete' }).click()
    await answer(page, 'Delete to-delete?', 'Delete')
    await until(async () => (await page.getByRole('link', { name: 'to-delete', exact: true }).count()) === 0)
    expect(existsSync(join(workbench.jobsDir, 'to-delete'))).toBe(false)
    expect(existsSync(join(workbench.jobsDir, 'to-delete-too', 'result.json'))).toBe(true)
  })

  test('what failed is run again as a new job', async () => {
    const page = await workbench.open(`/runs/${HISTORY.models}`)
    await page.getByRole('button', { name: 'Retry failed' }).click()
    await answer(page, 'Run 4 trials again?', 'Cancel')
    await page
      .getByRole('row')
      .filter({ hasText: 'release-tree' })
      .filter({ hasText: 'failure' })
      .getByRole('checkbox')
      .click()
    await page.getByRole('button', { name: 'Run again' }).click()
    await answer(page, 'Run 1 trial again?', 'Run again')
    await page.getByRole('button', { name: 'Open', exact: true }).click()
    await until(() => page.url().includes(`${HISTORY.models}-rerun`))
    await page.getByText(/^0 of 1 resolved/).waitFor()
  })
})

async function trialRows(page: Page): Promise<number> {
  return page
    .getByRole('grid', { name: 'Trials' })
    .getByRole('row')
    .filter({ has: page.getByRole('checkbox') })
    .count()
}

/** Names of the trials from top to bottom. */
async function names(page: Page): Promise<readonly string[]> {
  const labels = await page
    .getByRole('grid', { name: 'Trials' })
    .getByRole('checkbox')
    .evaluateAll((boxes) =>
      boxes
        .map((box) => ({ top: box.getBoundingClientRect().top, label: box.getAttribute('aria-label') ?? '' }))
        .toSorted((a, b) => a.top - b.top)
        .map(({ label }) => label),
    )
  return labels.map((label) => label.slice(label.lastIndexOf('/') + 1))
}
