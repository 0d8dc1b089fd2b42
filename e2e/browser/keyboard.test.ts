import { expect, test } from 'vitest'
import { describeOn } from '../../test/support/machine.ts'
import { pane, settled, until } from '../support/page.ts'
import { useWorkbench } from '../support/workbench.ts'

describeOn(['browser', 'docker'], 'without a mouse', () => {
  const workbench = useWorkbench({ history: true, env: { TBCC_EXECUTION_AGENT: 'nop' } })

  test('find a task, run it, see why it failed, and go back up', async () => {
    const page = await workbench.open()
    const { keyboard } = page
    await keyboard.press('Alt+2')
    await page.getByRole('grid', { name: 'Tasks' }).getByText('release-tree').first().waitFor()
    await keyboard.press('/')
    await keyboard.type('release-tree')
    await until(async () => (await page.getByRole('grid', { name: 'Tasks' }).getByRole('checkbox').count()) === 1)
    await keyboard.press('Tab')
    await keyboard.press('j')
    await page.getByRole('region', { name: /^Task .*release-tree/ }).waitFor()
    await keyboard.press('r')
    await page.getByRole('button', { name: 'Start 1 trial' }).and(page.locator(':enabled')).waitFor()
    await keyboard.press('Control+Enter')
    await until(() => /#\/runs\/[^/?]+$/.test(page.url()))
    await page.getByRole('grid', { name: 'Trials' }).getByText('release-tree').waitFor()
    await keyboard.press('j')
    await keyboard.press('Enter')
    await until(() => /#\/runs\/[^/?]+\/release-tree__/.test(page.url()))
    await page.getByRole('region', { name: 'Why it failed' }).waitFor()

    await keyboard.press('Alt+ArrowRight')
    await keyboard.press('Alt+ArrowRight')
    await page.getByRole('tab', { name: /^Verifier/, selected: true }).waitFor()
    await keyboard.press('j')
    await page.getByRole('region', { name: 'The test' }).waitFor()
    await keyboard.press('Escape')
    await until(() => /#\/runs\/[^/?]+$/.test(page.url()))
    await settled(page)
    await keyboard.press('Escape')
    await until(() => page.url().endsWith('#/runs'))
    await pane(page).getByRole('heading', { name: 'Runs', level: 1 }).waitFor()
  })

  test('Tab reaches everything, and what has the focus shows it', async () => {
    const page = await workbench.open('/runs')
    const seen = new Set<string>()
    for (let presses = 0; presses < 40; presses += 1) {
      await page.keyboard.press('Tab')
      const focused = await page.evaluate(() => {
        const element = document.activeElement
        if (!(element instanceof HTMLElement) || element === document.body) return null
        const { outlineStyle, outlineWidth } = getComputedStyle(element)
        return {
          name: element.getAttribute('aria-label') ?? element.textContent,
          shows: outlineStyle !== 'none' && outlineWidth !== '0px',
        }
      })
      if (focused === null) continue
      expect(focused).toMatchObject({ shows: true })
      seen.add(focused.name.trim())
    }
    for (const name of ['Dashboard', 'Settings', 'Search jobs', 'New run', 'Jobs']) expect([...seen]).toContain(name)
  })
})
