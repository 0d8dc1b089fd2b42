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

const tabsOf = (path: string, names: readonly string[], key = 'tab'): Record<string, string> =>
  Object.fromEntries(names.map((name) => [name, `${path}?${key}=${name}`]))

/** Every view by its name, in groups that take about as long; `@` stands for a trial that failed. */
const VIEWS = {
  overview: {
    Dashboard: '/dashboard',
    Tasks: '/tasks',
    'one task': '/tasks?task=tbcc-samples%2Frelease-tree',
    Runs: '/runs',
    'all trials': '/runs?view=trials',
  },
  job: tabsOf(`/runs/${HISTORY.models}`, ['trials', 'outcomes', 'pareto', 'config', 'log']),
  trial: tabsOf('/runs/@', TRIAL_TABS),
  compare: { nothing: '/compare', jobs: `/compare?${SIDES}`, models: `/compare?${MODEL_SIDES}` },
  settings: {
    Shell: '/shell',
    ...tabsOf('/settings', ['execution', 'containers', 'logging', 'paths', 'appearance', 'keys'], 'group'),
  },
} satisfies Record<string, Record<string, string>>

const GROUPS = ['overview', 'job', 'trial', 'compare', 'settings'] as const
const THEMES = ['light', 'dark'] as const

describeOn(['browser', 'docker'], 'how every screen looks', () => {
  const workbench = useWorkbench({ history: true })

  /** Goes from view to view in one window, as somebody does, and asks the same of each. */
  const visit = async (
    page: Page,
    group: (typeof GROUPS)[number],
    each: (name: string) => Promise<void>,
  ): Promise<void> => {
    const trials = await trialsOf(workbench, HISTORY.models)
    const failed = trials.find(({ outcome }) => outcome === 'failure')
    for (const [name, path] of Object.entries(VIEWS[group])) {
      await page.goto(`${workbench.origin()}/#${path.replace('@', `${failed?.jobName}/${failed?.trialName}`)}`)
      await settled(page)
      await each(name)
    }
  }

  const themed = THEMES.flatMap((theme) => GROUPS.map((group) => [group, theme] as const))
  test.each(themed)('%s, %s: axe finds nothing serious', async (group, theme) => {
    const page = await workbench.open('/runs', { theme })
    const findings: Record<string, readonly string[]> = {}
    await visit(page, group, async (name) => {
      const found = await seriousFindings(page)
      if (found.length > 0) findings[name] = found
    })
    expect(findings).toEqual({})
  })

  test('at 1024 pixels nothing scrolls sideways', async () => {
    const page = await workbench.open('/runs', { width: 1024 })
    const wide: string[] = []
    for (const group of GROUPS) {
      await visit(page, group, async (name) => {
        if (await scrollsSideways(page)) wide.push(`${group}: ${name}`)
      })
    }
    expect(wide).toEqual([])
  })

  test('the theme is that of the system until one is chosen', async () => {
    const brightness = async (page: Page): Promise<number> =>
      page.evaluate(() => Number(/\d+/.exec(getComputedStyle(document.body).backgroundColor)?.[0]))
    expect(await brightness(await workbench.open('/runs', { theme: 'light' }))).toBeGreaterThan(200)
    expect(await brightness(await workbench.open('/runs', { theme: 'dark' }))).toBeLessThan(60)
  })
})
