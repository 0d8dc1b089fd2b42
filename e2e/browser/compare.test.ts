import { expect, test } from 'vitest'
import { describeOn } from '../../test/support/machine.ts'
import { HISTORY, MODELS } from '../support/history.ts'
import { until } from '../support/page.ts'
import { useWorkbench } from '../support/workbench.ts'

describeOn(['browser', 'docker'], 'Compare', () => {
  const workbench = useWorkbench({ history: true })

  test('two jobs chosen under Runs: changes first, and only those of one kind', async () => {
    const page = await workbench.open('/runs')
    await page.getByLabel(`Select ${HISTORY.oracle}`).click()
    await page.getByLabel(`Select ${HISTORY.models}`).click()
    await page.getByText('2 jobs selected').waitFor()
    await page.keyboard.press('c')
    await until(() => page.url().includes('/compare?sides='))
    const table = page.getByRole('grid', { name: 'Shared tasks' })
    await until(async () => (await table.getByRole('row').count()) === HISTORY.tasks.length + 1)
    const sides = page.getByRole('region', { name: 'Sides' })
    await sides.getByText('4/4').waitFor()
    await sides.getByText('4/8').waitFor()
    // Each with its interval, and what changed before what did not.
    await until(async () => (await sides.innerText()).match(/\d+–\d+/g)?.length === 2)
    const order = await table.getByRole('row').allInnerTexts()
    expect(order.findLastIndex((text) => /regressed|improved|mixed/.test(text))).toBeGreaterThan(0)
    const same = order.findIndex((text) => text.includes('same'))
    if (same >= 0) expect(same).toBeGreaterThan(order.findLastIndex((text) => text.includes('regressed')))
    await page.getByRole('radio', { name: /^regressed [1-9]/ }).click()
    await table.getByText('incident-report').waitFor()
    await until(async () => (await table.getByText('shift-subtitles').count()) === 0)
    await page.getByRole('button', { name: 'Copy as Markdown' }).click()
    const clipboard = async (): Promise<string> => page.evaluate(async () => navigator.clipboard.readText())
    await until(async () => /^\|.*\|$/m.test(await clipboard()))
  })

  test('the models of one job against each other', async () => {
    const sides = MODELS.map((model) => `${HISTORY.models}|command|${model}`).join(',')
    const page = await workbench.open(`/compare?${new URLSearchParams({ sides }).toString()}`)
    const table = page.getByRole('grid', { name: 'Shared tasks' })
    await table.getByRole('row').filter({ hasText: 'release-tree' }).getByText('regressed').waitFor()
    await table.getByRole('row').filter({ hasText: 'incident-report' }).getByText('same').waitFor()
  })

  test('two trials of one task step by step: folded while they are the same', async () => {
    const sides = MODELS.map((model) => `${HISTORY.models}|command|${model}`).join(',')
    const page = await workbench.open(`/compare?${new URLSearchParams({ sides }).toString()}`)
    const table = page.getByRole('grid', { name: 'Shared tasks' })
    await table.getByRole('row').filter({ hasText: 'release-tree' }).getByRole('link', { name: 'steps' }).click()
    await page.getByRole('region', { name: 'Trial A' }).getByText('success').waitFor()
    await page.getByRole('region', { name: 'Trial B' }).getByText('failure').waitFor()
    const steps = page.getByRole('region', { name: 'Steps of both trials' })
    const fold = steps.getByRole('button', { name: /^Same until step \d+/ })
    await fold.click()
    await steps
      .getByRole('button', { name: /I start with what is there/ })
      .first()
      .waitFor()
    await fold.click()
    await page.keyboard.press('n')
    await page.keyboard.press('o')
    await until(async () => (await steps.getByRole('button', { expanded: true }).count()) === 1)
  })
})
