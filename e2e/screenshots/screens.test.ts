import { cp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright'
import { beforeAll, test } from 'vitest'
import { describeOn } from '../../test/support/machine.ts'
import { HISTORY, MODELS } from '../support/history.ts'
import { ask, startJob, trialOf, trialsOf, untilState } from '../support/jobs.ts'
import { settled, until, untilTerminal } from '../support/page.ts'
import { SAMPLES } from '../support/samples.ts'
import { useWorkbench } from '../support/workbench.ts'
import { takeBoth } from './picture.ts'

/** Paths are seen on some screens: these are short, and of nobody's machine. */
const PLACE = join(tmpdir(), 'tbcc-pictures')
const TASKS = join(PLACE, 'samples')

describeOn(['browser', 'docker'], 'pictures of the screens', () => {
  const workbench = useWorkbench({ history: true, place: PLACE, env: { TBCC_TASKS: TASKS, TBCC_PATHS_DATASETS: '' } })
  let failed = ''
  let passed = ''

  beforeAll(async () => {
    await cp(SAMPLES, TASKS, { recursive: true })
    const trials = await trialsOf(workbench, HISTORY.models)
    const nameOf = (outcome: string): string =>
      trials.find((trial) => trial.taskName.endsWith('compact-allowlist') && trial.outcome === outcome)?.trialName ?? ''
    failed = nameOf('failure')
    passed = nameOf('success')
  })

  const open = async (path: string): Promise<Page> => {
    const page = await workbench.open(path)
    await settled(page)
    return page
  }

  test('Dashboard, with a job that runs', async () => {
    const names = [
      'release-tree',
      'shift-subtitles',
      'incident-report',
      'compact-allowlist',
      'nth-root-digits',
      'paid-orders-manifest',
      'key-value-service',
    ]
    await startJob(workbench, 'oracle-again', {
      tasks: names.map((name) => join(TASKS, name)),
      n_concurrent_trials: 2,
    })
    await until(async () => (await ask(workbench, 'jobs.show', { jobName: 'oracle-again' })).counts.success >= 3)
    await takeBoth(await open('/dashboard'), 'dashboard')
    // One that is still at work when the second picture is taken.
    const run =
      'for n in $(seq 1 60); do printf "\\e[36m[%02d/60]\\e[0m reading \\e[1m/etc/%s\\e[0m\\n" $n $(ls /etc | sed -n ${n}p); sleep 0.5; done'
    await startJob(workbench, 'reader', {
      tasks: [join(TASKS, 'release-tree')],
      agent: { name: 'command', kwargs: { run } },
    })
    const page = await open(`/runs/reader/${await trialOf(workbench, 'reader', 'release-tree')}`)
    await untilTerminal(page.getByRole('region', { name: 'Terminal' }), /\[08/)
    await takeBoth(page, 'trial-live')
    await ask(workbench, 'jobs.stop', { jobName: 'reader', force: true })
    await untilState(workbench, 'reader', 'cancelled')
    await ask(workbench, 'jobs.delete', { jobNames: ['reader'] })
    await until(async () => (await ask(workbench, 'jobs.show', { jobName: 'oracle-again' })).state === 'completed')
  })

  test('Tasks and the run dialog', async () => {
    const page = await open('/tasks?task=tbcc-samples%2Frelease-tree')
    await page.getByText('Create the release directory of the program').waitFor()
    await takeBoth(page, 'tasks')
    await page.getByRole('button', { name: 'Run all' }).click()
    const dialog = page.getByRole('dialog', { name: 'New run' })
    await dialog.getByLabel('Attempts', { exact: true }).fill('3')
    await dialog.getByRole('button', { name: 'Start 30 trials' }).and(page.locator(':enabled')).waitFor()
    await takeBoth(page, 'run-dialog')
  })

  test.each([
    ['runs', '/runs'],
    ['trials', '/runs?view=trials'],
    ['outcomes', `/runs/${HISTORY.models}?tab=outcomes`],
    ['pareto', `/runs/${HISTORY.models}?tab=pareto&against=time`],
    ['settings', '/settings'],
    [
      'compare-jobs',
      `/compare?${new URLSearchParams({ sides: MODELS.map((model) => `${HISTORY.models}|command|${model}`).join(',') }).toString()}`,
    ],
  ])('%s', async (name, path) => {
    await takeBoth(await open(path), name)
  })

  test('a trial that failed, step by step, and its tests', async () => {
    const page = await open(`/runs/${HISTORY.models}/${failed}?step=4`)
    await untilTerminal(page.getByRole('region', { name: 'Terminal' }), /\S/)
    await takeBoth(page, 'trial')
    await page.goto(`${workbench.origin()}/#/runs/${HISTORY.models}/${failed}?tab=verifier`)
    await page.getByRole('region', { name: 'The test' }).waitFor()
    await takeBoth(page, 'verifier')
  })

  test('two trials step by step', async () => {
    const sides = new URLSearchParams({ a: `${HISTORY.models}/${passed}`, b: `${HISTORY.models}/${failed}` })
    const page = await open(`/compare?${sides.toString()}`)
    await page.getByRole('button', { name: /^Same until step/ }).waitFor()
    await page.keyboard.press('n')
    await page.keyboard.press('o')
    await takeBoth(page, 'compare-trials')
  })

  test('a terminal in an environment', async () => {
    const page = await open('/shell')
    await page.getByRole('button', { name: 'Start an environment' }).click()
    const dialog = page.getByRole('dialog', { name: 'Start an environment' })
    await dialog.getByLabel('Search tasks').fill('release-tree')
    await dialog.getByRole('button', { name: 'Start', exact: true }).click()
    await page.getByRole('button', { name: 'Terminal' }).and(page.locator(':enabled')).click({ timeout: 60_000 })
    const terminal = page.locator('section:not([hidden])[aria-label]').last()
    await untilTerminal(terminal, /#/)
    await page.keyboard.type('ls --color -la /app / && cat /app/beacon.conf.template\n')
    await untilTerminal(terminal, /@CHANNEL@/)
    await takeBoth(page, 'shell')
  })
})
