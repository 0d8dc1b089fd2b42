import { join } from 'node:path'
import type { Page } from 'playwright'
import { expect, test } from 'vitest'
import { containersOf } from '../../test/support/engine-clients.ts'
import { readJobRecord } from '../../test/support/job-folder.ts'
import { describeOn } from '../../test/support/machine.ts'
import { HISTORY } from '../support/history.ts'
import { agentAtWork, letGoOn, startJob, trialsOf, untilState } from '../support/jobs.ts'
import { answer, openTab, pane, secondsIn, settled, terminalText, until, untilTerminal } from '../support/page.ts'
import { useWorkbench } from '../support/workbench.ts'

/** An agent that talks until it is let go on, and does nothing that would solve a task. */
const TALKS =
  'for n in 1 2 3; do echo "line $n"; done; until [ -e /tmp/go-on ]; do printf .; sleep 0.2; done; echo "line 4"'

/** The name of a task of the samples, and nothing else. */
const ONE_SAMPLE = /^tbcc-samples\/[\w-]+$/

describeOn(['browser', 'docker'], 'a run from its start to its verdict', () => {
  const workbench = useWorkbench({
    history: true,
    tasks: [{ name: 'endless', solution: 'while :; do date; sleep 0.2; done', agentTimeout: 900 }],
  })

  test('start from Tasks, watch it live, see why it failed, run it again', async () => {
    const page = await workbench.open()
    await openTab(page, 'Tasks')
    await page.getByLabel('Search tasks').fill('release-tree')
    await page.getByRole('grid', { name: 'Tasks' }).getByText('release-tree').first().click()
    await page.getByRole('button', { name: 'Run this task' }).click()
    const dialog = page.getByRole('dialog', { name: 'New run' })
    await dialog.getByRole('combobox', { name: 'Agent' }).click()
    await page.getByRole('option', { name: 'command' }).click()
    await dialog.getByLabel('command run').fill(TALKS)
    await dialog.getByLabel('Job name').fill('talker')
    await dialog.getByRole('status').filter({ hasText: '1 trial' }).waitFor()
    await until(async () =>
      /tbcc run .*release-tree.*-a command/s.test(await dialog.getByLabel('Command', { exact: true }).innerText()),
    )
    await dialog.getByRole('button', { name: 'Start 1 trial' }).click()

    await until(() => page.url().endsWith('/runs/talker'))
    await pane(page)
      .getByTitle(/^running: /)
      .waitFor()
    await page.getByRole('grid', { name: 'Trials' }).getByRole('link', { name: 'release-tree' }).click()
    const terminal = page.getByRole('region', { name: 'Terminal' })
    await untilTerminal(terminal, /^line 3$/m)
    expect(await terminalText(terminal)).not.toContain('line 4')
    await pane(page).getByText('◐ agent execution').waitFor()
    const before = await agentSeconds(page)
    await until(async () => (await agentSeconds(page)) > before)
    await letGoOn(workbench, 'talker')

    await page.getByRole('region', { name: 'Why it failed' }).getByTitle('charged to the agent').waitFor()
    await pane(page)
      .getByText(/of 9 tests failed/)
      .first()
      .waitFor()
    await page.getByRole('tab', { name: /^Verifier/ }).click()
    await page.getByRole('grid', { name: 'Tests' }).getByText('failed').first().waitFor()

    await page.getByRole('button', { name: 'Run again' }).first().click()
    await answer(page, 'Run this trial again?', 'Run again')
    await page.getByRole('button', { name: 'Open it' }).click()
    await until(() => /\/runs\/talker-rerun/.test(page.url()))
    await letGoOn(workbench, /talker-rerun[^/?]*/.exec(page.url())?.[0] ?? '')
    await pane(page)
      .getByText(/0 of 1 resolved/)
      .waitFor()
  })

  test('stop from the Dashboard: it asks once, keeps what it has, and leaves no container', async () => {
    await startJob(workbench, 'to-stop', {
      tasks: [join(workbench.tasksDir, 'endless')],
      n_attempts: 3,
      n_concurrent_trials: 1,
    })
    const page = await workbench.open('/dashboard')
    const row = page.getByRole('region', { name: 'Running jobs' })
    await row.getByRole('link', { name: 'to-stop' }).waitFor()
    await until(async () => (await running(page)) === '1 running')
    await row.getByRole('button', { name: 'Stop' }).click()
    await page.getByRole('alertdialog').getByText('1 running trial will be ended and 2 not started').waitFor()
    await answer(page, 'Stop to-stop?', 'Stop')
    await untilState(workbench, 'to-stop', 'cancelled')
    await row.waitFor({ state: 'detached' })
    await page.goto(`${workbench.origin()}/#/runs/to-stop`)
    await pane(page)
      .getByText(/stopped before its end/)
      .waitFor()
    const { jobId } = await readJobRecord(join(workbench.jobsDir, 'to-stop'))
    expect(await containersOf(new Set([jobId]))).toEqual([])
    await page.getByRole('button', { name: 'Resume' }).click()
    await until(async () => (await running(page)) === '1 running')
    await page.getByRole('button', { name: 'Stop', exact: true }).click()
    await answer(page, 'Stop to-stop?', 'Stop')
    await untilState(workbench, 'to-stop', 'cancelled')
  })

  test('a value that is kept nowhere is asked for before a job goes on', async () => {
    const run = 'while [ "$API_TOKEN" != given-again-1 ]; do sleep 0.2; done; echo yes > /app/done'
    const agent = { name: 'command', kwargs: { run }, env: { API_TOKEN: 'kept-nowhere-0' } }
    await startJob(workbench, 'with-a-key', { tasks: [join(workbench.tasksDir, 'endless')], agent })
    const page = await workbench.open('/runs/with-a-key')
    await until(async () => (await trialsOf(workbench, 'with-a-key'))[0]?.live?.phase === 'agent-execution')
    await page.getByRole('button', { name: 'Stop', exact: true }).click()
    await answer(page, 'Stop with-a-key?', 'Stop')
    await untilState(workbench, 'with-a-key', 'cancelled')
    await page.getByRole('button', { name: 'Resume' }).click()
    const dialog = page.getByRole('dialog', { name: 'What with-a-key needs to go on' })
    await dialog.getByLabel('agents.0.env.API_TOKEN').fill('given-again-1')
    await dialog.getByRole('button', { name: 'Resume' }).click()
    await untilState(workbench, 'with-a-key', 'completed')
    await pane(page)
      .getByText(/1 of 1 resolved/)
      .waitFor()
  })

  test('a container that hangs is given up by force', async () => {
    await startJob(workbench, 'to-force', { tasks: [join(workbench.tasksDir, 'endless')] })
    const page = await workbench.open('/runs/to-force')
    // Docker does not recover from a pause in the very moment in which a command is being started.
    await (await agentAtWork(workbench, 'to-force')).pause()
    await page.getByRole('button', { name: 'Stop', exact: true }).click()
    await answer(page, 'Stop to-force?', 'Stop')
    await pane(page)
      .getByTitle(/^stopping: /)
      .waitFor()
    await page.getByRole('button', { name: 'Force stop' }).click()
    await untilState(workbench, 'to-force', 'cancelled')
    const { jobId } = await readJobRecord(join(workbench.jobsDir, 'to-force'))
    await until(async () => (await containersOf(new Set([jobId]))).length === 0)
  })

  test('the dialog says what is wrong before anything is spent', async () => {
    const page = await workbench.open('/dashboard')
    await page.keyboard.press('Control+Enter')
    const dialog = page.getByRole('dialog', { name: 'New run' })
    await dialog
      .getByRole('status')
      .filter({ hasText: /10 tasks/ })
      .waitFor()
    const attempts = dialog.getByLabel('Attempts', { exact: true })
    await attempts.fill('0')
    await until(async () => (await attempts.getAttribute('aria-invalid')) === 'true')
    expect(await dialog.getByRole('button', { name: /^Start/ }).isDisabled()).toBe(true)
    await attempts.fill('3')
    await dialog.getByRole('button', { name: 'Start 30 trials' }).and(page.locator(':enabled')).waitFor()
    await dialog.getByLabel('Job name').fill(HISTORY.oracle)
    await until(async () => (await dialog.getByLabel('Job name').getAttribute('aria-invalid')) === 'true')
    await dialog.getByRole('button', { name: 'Cancel' }).click()
    await dialog.waitFor({ state: 'detached' })
  })

  test('the dialog says what an agent lacks where it can be given, and that no model will be reached', async () => {
    const page = await workbench.open('/dashboard')
    await page.keyboard.press('Control+Enter')
    const dialog = page.getByRole('dialog', { name: 'New run' })
    await dialog.getByRole('combobox', { name: 'Agent' }).click()
    await page.getByRole('option', { name: 'claude-code' }).click()
    await dialog.getByText('set one of them under Variables, or in Settings → Keys').waitFor()
    await dialog.getByLabel('Variables of agent').fill('ANTHROPIC_API_KEY=sk-of-nobody')
    await dialog.getByText(/ of 10 tasks give the agent no network: claude-code will not reach its model/).waitFor()
    await dialog.getByRole('button', { name: 'Start 10 trials' }).and(page.locator(':enabled')).waitFor()
  })

  test('a random task is one task, and named before it starts', async () => {
    const page = await workbench.open('/dashboard')
    await page.getByRole('button', { name: 'More runs' }).click()
    await page.getByRole('menuitem', { name: 'Run a random task' }).click()
    const dialog = page.getByRole('dialog', { name: 'New run' })
    await dialog.getByRole('region', { name: 'What' }).getByText(ONE_SAMPLE).waitFor()
    await dialog.getByRole('button', { name: 'Start 1 trial' }).waitFor()
  })

  test('a figure of the Dashboard opens the rows that it counts', async () => {
    const page = await workbench.open('/dashboard')
    await page.getByRole('region', { name: 'Figures' }).getByRole('link').first().click()
    await until(() => page.url().includes('/runs?'))
    await settled(page)
    await openTab(page, 'Dashboard')
    await page.getByRole('grid', { name: 'Recent trials' }).getByRole('row').nth(1).dblclick()
    await until(() => page.url().includes('/runs/'))
  })
})

/** What the phase bar says of the agent. */
async function agentSeconds(page: Page): Promise<number> {
  const label = (await page.getByRole('img', { name: /^Phases: / }).getAttribute('aria-label')) ?? ''
  return secondsIn(/(?:, |: )agent (\d[^,;]*)/.exec(label)?.[1] ?? '')
}

async function running(page: Page): Promise<string> {
  return page
    .getByRole('contentinfo')
    .getByRole('link', { name: /running/ })
    .innerText()
}
