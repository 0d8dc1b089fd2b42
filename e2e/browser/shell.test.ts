import { join } from 'node:path'
import type { Locator, Page } from 'playwright'
import { expect, test } from 'vitest'
import { docker } from '../../test/support/engine-clients.ts'
import { describeOn } from '../../test/support/machine.ts'
import { agentAtWork, ask, startJob, trialOf, untilState } from '../support/jobs.ts'
import { answer, terminalText, until, untilTerminal } from '../support/page.ts'
import { useWorkbench } from '../support/workbench.ts'

/** Prints until /app/go is there. */
const WAITS = 'while [ ! -e /app/go ]; do echo "waiting $((n += 1))"; sleep 0.2; done; echo yes > /app/done'

describeOn(['browser', 'docker'], 'Shell', () => {
  const workbench = useWorkbench({
    tasks: [{ name: 'waits', solution: WAITS, agentTimeout: 600 }],
  })

  test('a terminal into an explored environment: type, colours, size, paste, find, exit; then it is removed', async () => {
    const page = await workbench.open('/shell')
    await page.getByText('No environment is running').waitFor()
    const containerId = await explore(page, 'release-tree')
    await page
      .getByRole('listitem')
      .filter({ hasText: 'release-tree' })
      .getByRole('button', { name: 'Terminal' })
      .click()
    const terminal = page.locator('section:not([hidden])[aria-label]').last()
    await untilTerminal(terminal, /[#$]/)

    await page.keyboard.type(`printf '\\e[31m%s\\e[0m\\n' "red $((6 * 7))"\n`)
    await untilTerminal(terminal, /^red 42$/m)
    await terminal.locator('.xterm-fg-1', { hasText: 'red 42' }).first().waitFor()

    await page.keyboard.type('clear; stty size\n')
    await untilTerminal(terminal, /^\d+ \d+$/m)
    const wide = await sizeOf(terminal)
    await page.setViewportSize({ width: 1100, height: 700 })
    await until(async () => {
      await page.keyboard.type('clear; stty size\n')
      const { rows, columns } = await sizeOf(terminal)
      return rows < wide.rows && columns < wide.columns
    })

    await page.evaluate(async () => navigator.clipboard.writeText('echo pasted as one line'))
    await page.keyboard.press('Control+Shift+V')
    await page.keyboard.press('Enter')
    await untilTerminal(terminal, /^pasted as one line$/m)

    const find = terminal.getByLabel('Find in the terminal')
    await find.fill('pasted as one')
    await page.keyboard.press('Enter')
    // What was found is selected.
    await terminal.getByRole('button', { name: 'Copy the selection' }).click()
    await until(async () => (await page.evaluate(async () => navigator.clipboard.readText())) === 'pasted as one')
    await find.fill('there is no such text')
    await page.keyboard.press('Enter')
    await until(async () => (await find.getAttribute('aria-invalid')) === 'true')

    await terminal.locator('.xterm').click()
    await page.keyboard.type('exit\n')
    await page.getByRole('button', { name: /\(ended\)$/ }).waitFor()
    await page.getByRole('button', { name: 'Environments' }).click()
    await page.getByRole('button', { name: 'Remove the environment of tbcc-samples/release-tree' }).click()
    await page.getByText('No environment is running').waitFor()
    await until(async () => !(await containerExists(containerId)))
  })

  test('an environment is started of a task of any dataset', async () => {
    const page = await workbench.open('/shell')
    await page.getByRole('button', { name: 'Start an environment' }).click()
    const dialog = page.getByRole('dialog', { name: 'Start an environment' })
    await dialog.getByRole('combobox', { name: 'Dataset' }).click()
    await page.getByRole('option', { name: /tasks/ }).last().click()
    await dialog.getByRole('listitem').filter({ hasText: 'waits' }).getByRole('button', { name: 'Start' }).waitFor()
  })

  test('in a focused terminal Ctrl keys are its own, and the palette is Ctrl+Shift+P', async () => {
    const page = await workbench.open('/shell')
    await explore(page, 'shift-subtitles')
    await page
      .getByRole('listitem')
      .filter({ hasText: 'shift-subtitles' })
      .getByRole('button', { name: 'Terminal' })
      .click()
    const terminal = page.locator('section:not([hidden])[aria-label]').last()
    await untilTerminal(terminal, /[#$]/)
    await page.keyboard.type('(echo asleep; sleep 300)\n')
    await untilTerminal(terminal, /^asleep$/m)
    await page.keyboard.press('Control+C')
    // What is typed before the next prompt is thrown away with the interrupted line.
    await untilTerminal(terminal, /^asleep$[^]*[#$]/m)
    await page.keyboard.type('echo still here\n')
    await untilTerminal(terminal, /^still here$/m)
    await page.keyboard.press('Control+K')
    expect(await page.getByRole('dialog').count()).toBe(0)
    await page.keyboard.press('Control+Shift+P')
    await page.getByPlaceholder('Type a command').waitFor()
    await page.keyboard.press('Escape')
    // What it shows is kept while another tab is looked at, and after a reload.
    await page.getByRole('navigation', { name: 'Main' }).getByRole('button', { name: 'Settings' }).click()
    await page.getByRole('navigation', { name: 'Main' }).getByRole('button', { name: 'Shell' }).click()
    await untilTerminal(terminal, /^still here$/m)
    await page.reload()
    await untilTerminal(page.locator('section:not([hidden])[aria-label]').last(), /^still here$/m)

    await page.getByRole('button', { name: /^Close .*shift-subtitles/ }).click()
    await answer(page, 'Remove the environment too?', 'Cancel')
    const row = page.getByRole('listitem').filter({ hasText: 'shift-subtitles' })
    await row.getByRole('button', { name: 'Terminal' }).click()
    await untilTerminal(page.locator('section:not([hidden])[aria-label]').last(), /[#$]/)
    await page.getByRole('button', { name: /^Close .*shift-subtitles/ }).click()
    await answer(page, 'Remove the environment too?', 'Remove')
    await row.waitFor({ state: 'detached' })
  })

  test('what another process runs can be watched only, with the time that is left', async () => {
    const where = ['-p', workbench.tasksDir, '-o', workbench.jobsDir, '-e', 'docker']
    const run = workbench.cli('run', ...where, '-y', '-q', '--job-name', 'theirs')
    const page = await workbench.open('/shell')
    const row = page.getByRole('listitem').filter({ hasText: 'run by another process' })
    await row.getByRole('button', { name: 'Watch' }).waitFor()
    expect(await row.getByRole('button', { name: 'Terminal' }).count()).toBe(0)
    await row.getByRole('button', { name: 'Watch' }).click()
    await untilTerminal(page.locator('section:not([hidden])[aria-label$="output"]'), /^waiting \d+$/m)
    const container = await agentAtWork(workbench, 'theirs')
    await page.goto(`${workbench.origin()}/#/runs/theirs/${await trialOf(workbench, 'theirs', 'waits')}`)
    await page.getByRole('progressbar', { name: 'Time of this phase that is used' }).waitFor()
    await page.getByText('of 10 m 00 s').waitFor()
    await (await container.exec({ Cmd: ['touch', '/app/go'] })).start({ Detach: true })
    expect((await run).code).toBe(0)
  })

  test('a running trial can be watched without a mark; a terminal in it asks first and marks it for good', async () => {
    const jobName = 'assisted'
    await startJob(workbench, jobName, { tasks: [join(workbench.tasksDir, 'waits')] })
    const page = await workbench.open('/shell')
    const row = page.getByRole('listitem').filter({ hasText: 'waits__' })
    await row.getByRole('button', { name: 'Watch' }).click()
    const output = page.locator('section:not([hidden])[aria-label$="output"]')
    await untilTerminal(output, /^waiting \d+$/m)
    await output.getByText('watched only').waitFor()

    await page.getByRole('button', { name: 'Environments' }).click()
    await row.getByRole('button', { name: 'Terminal' }).click()
    await answer(page, 'Open a terminal in a scored trial?', 'Cancel')
    expect(await row.innerText()).not.toContain('assisted')
    await row.getByRole('button', { name: 'Terminal' }).click()
    await answer(page, 'Open a terminal in a scored trial?', 'Open and mark as assisted')
    const terminal = page.locator('section:not([hidden])[aria-label]').last()
    await untilTerminal(terminal, /[#$]/)
    await page.getByText('assisted: this trial no longer counts').locator('visible=true').waitFor()
    await page.keyboard.type('touch /app/go\n')
    await untilState(workbench, jobName, 'completed')
    const trialName = await trialOf(workbench, jobName, 'waits')
    expect((await ask(workbench, 'trials.show', { jobName, trialName })).record).toMatchObject({
      assisted: true,
      outcome: 'success',
    })
    // What was watched stays, also for who comes again.
    await page.getByRole('button', { name: /^(?!Close).*output$/ }).click()
    await output.getByText('The trial has ended.').waitFor()
    await untilTerminal(output, /^waiting \d+$/m)
    await page.reload()
    await output.getByText('The trial has ended.').waitFor()
    await untilTerminal(output, /^waiting \d+$/m)
    await page.goto(`${workbench.origin()}/#/runs/${jobName}/${trialName}`)
    await page.getByText('✎ assisted').waitFor()
  })
})

/** Starts a task's environment; its container. */
async function explore(page: Page, task: string): Promise<string> {
  await page.getByRole('button', { name: 'Start an environment' }).click()
  const dialog = page.getByRole('dialog', { name: 'Start an environment' })
  await dialog.getByLabel('Search tasks').fill('no such task')
  await dialog.getByText('No task matches “no such task”').waitFor()
  await dialog.getByLabel('Search tasks').fill(task)
  await dialog.getByRole('button', { name: 'Start', exact: true }).click()
  await dialog.waitFor({ state: 'detached' })
  const row = page.getByRole('listitem').filter({ hasText: task })
  await row.getByRole('button', { name: 'Terminal' }).and(page.locator(':enabled')).waitFor()
  return /docker ([0-9a-f]{12})/.exec(await row.innerText())?.[1] ?? ''
}

async function sizeOf(terminal: Locator): Promise<{ rows: number; columns: number }> {
  const [, rows = '0', columns = '0'] = /^(\d+) (\d+)$/m.exec(await terminalText(terminal)) ?? []
  return { rows: Number(rows), columns: Number(columns) }
}

async function containerExists(id: string): Promise<boolean> {
  expect(id).not.toBe('')
  return docker
    .getContainer(id)
    .inspect()
    .then(
      () => true,
      () => false,
    )
}
