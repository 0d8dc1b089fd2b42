import { expect, test } from 'vitest'
import type { Page } from 'playwright'
import { describeOn } from '../../test/support/machine.ts'
import { seriousFindings } from '../support/axe.ts'
import { HISTORY, MODELS } from '../support/history.ts'
import { trialsOf } from '../support/jobs.ts'
import { scrollsSideways, settled } from '../support/page.ts'
import { useWorkbench } from '../support/workbench.ts'

const SIDES = new URLSearchParams({ sides: `${HISTORY.oracle},${HISTORY.models}` }).toString()
const MODEL_SIDES = new URLSearchParams({
  sides: MODELS.map((model) => `${HISTORY.models}|command|${model}`).join(','),
}).toString()
const TRIAL_TABS = ['steps', 'terminal', 'verifier', 'files', 'config', 'events', 'exception'] as const

/** Every view by its name; `@` stands for a trial that failed. */
const VIEWS: Readonly<Record<string, string>> = {
  Dashboard: '/dashboard',
  Tasks: '/tasks',
  'one task': '/tasks?task=tbcc-samples%2Frelease-tree',
  Runs: '/runs',
  'all trials': '/runs?view=trials',
  job: `/runs/${HISTORY.models}`,
  ...Object.fromEntries(
    ['outcomes', 'pareto', 'config', 'log'].map((tab) => [`job: ${tab}`, `/runs/${HISTORY.models}?tab=${tab}`]),
  ),
  ...Object.fromEntries(TRIAL_TABS.map((tab) => [`trial: ${tab}`, `/runs/@?tab=${tab}`])),
  Compare: '/compare',
  'compared jobs': `/compare?${SIDES}`,
  'compared models': `/compare?${MODEL_SIDES}`,
  Shell: '/shell',
  ...Object.fromEntries(
    ['execution', 'containers', 'logging', 'paths', 'appearance', 'keys'].map((group) => [
      `Settings: ${group}`,
      `/settings?group=${group}`,
    ]),
  ),
}

describeOn(['browser', 'docker'], 'how every screen looks', () => {
  const workbench = useWorkbench({ history: true })

  /** Goes from view to view in one window, as somebody does, and asks the same of each. */
  const visit = async (page: Page, each: (name: string) => Promise<void>): Promise<void> => {
    const trials = await trialsOf(workbench, HISTORY.models)
    const failed = trials.find(({ outcome }) => outcome === 'failure')
    for (const [name, path] of Object.entries(VIEWS)) {
      await page.goto(`${workbench.origin()}/#${path.replace('@', `${failed?.jobName}/${failed?.trialName}`)}`)
      await settled(page)
      await each(name)
    }
  }

  test.each(['light', 'dark'] as const)('%s: axe finds nothing serious', async (theme) => {
    const page = await workbench.open('/runs', { theme })
    const findings: Record<string, readonly string[]> = {}
    await visit(page, async (name) => {
      const found = await seriousFindings(page)
      if (found.length > 0) findings[name] = found
    })
    expect(findings).toEqual({})
  })

  test('at 1024 pixels nothing scrolls sideways', async () => {
    const page = await workbench.open('/runs', { width: 1024 })
    const wide: string[] = []
    await visit(page, async (name) => {
      if (await scrollsSideways(page)) wide.push(name)
    })
    expect(wide).toEqual([])
  })

  test('the theme is that of the system until one is chosen', async () => {
    const brightness = async (page: Page): Promise<number> =>
      page.evaluate(() => Number(/\d+/.exec(getComputedStyle(document.body).backgroundColor)?.[0]))
    expect(await brightness(await workbench.open('/runs', { theme: 'light' }))).toBeGreaterThan(200)
    expect(await brightness(await workbench.open('/runs', { theme: 'dark' }))).toBeLessThan(60)
  })
})
