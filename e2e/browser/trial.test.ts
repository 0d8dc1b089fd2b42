import { cp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { expect, test } from 'vitest'
import { describeOn } from '../../test/support/machine.ts'
import { HISTORY } from '../support/history.ts'
import { ask, letGoOn, startJob, storedEvents, trialOf, trialsOf, untilState } from '../support/jobs.ts'
import { pane, secondsIn, settled, terminalText, until, untilTerminal } from '../support/page.ts'
import { useWorkbench } from '../support/workbench.ts'

/** A PNG of one pixel. */
const PIXEL = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='

/** More lines than a screen has, and one more each time until it is let go on. */
const PRINTS = 'seq 1000 1200; while [ ! -e /tmp/go-on ]; do echo "line $((n += 1))"; sleep 0.1; done'

describeOn(['browser', 'docker'], 'Trial', () => {
  const workbench = useWorkbench({
    history: true,
    tasks: [
      { name: 'prints', solution: PRINTS, agentTimeout: 600 },
      {
        name: 'artifacts',
        solution: null,
        toml: '[[artifacts]]\nsource = "/app/dot.png"\n[[artifacts]]\nsource = "/app/notes.txt"\n',
        dockerfile: 'FROM debian:bookworm-slim\nWORKDIR /app\nCOPY notes.txt /app/\n',
        files: { 'environment/notes.txt': 'an old line\n' },
      },
    ],
  })
  const failed = async (): Promise<string> => {
    const trials = await trialsOf(workbench, HISTORY.models)
    const found = trials.find(({ taskName, outcome }) => taskName.endsWith('release-tree') && outcome === 'failure')
    return `${found?.jobName}/${found?.trialName}`
  }

  test('why it failed stands first: the sentence, the failed test with its assertion, the blame', async () => {
    const page = await workbench.open(`/runs/${await failed()}`)
    const why = page.getByRole('region', { name: 'Why it failed' })
    await why.getByText('current stays inside a copy of the tree').waitFor()
    await why.getByText(/actual +\/app\/release\/versions\/2\.7\.0/).waitFor()
    await why.getByTitle('charged to the agent').waitFor()
    await pane(page).getByText('3 of 9 tests failed').waitFor()
    await pane(page).getByText('failure', { exact: true }).first().waitFor()
    await why.getByRole('button', { name: 'Compare with one that passed' }).click()
    await page.getByRole('region', { name: 'Trial A' }).getByText('success').waitFor()
  })

  test('the phases add up to the whole, and the container has twelve characters', async () => {
    const page = await workbench.open(`/runs/${await failed()}`)
    const label = (await page.getByRole('img', { name: /^Phases: / }).getAttribute('aria-label')) ?? ''
    const seconds = label.split(/[,;] /).map(secondsIn)
    const whole = seconds.pop() ?? 0
    expect(seconds.length).toBeGreaterThanOrEqual(6)
    // From an hour on only minutes are told.
    const exactness = label.includes(' h ') ? 60 : 0.001
    expect(Math.abs(seconds.reduce((sum, part) => sum + part, 0) - whole)).toBeLessThan(exactness)
    for (const phase of ['waiting', 'environment setup', 'agent', 'verification', 'teardown'])
      expect(label).toContain(phase)
    expect(
      await pane(page)
        .locator('dd')
        .filter({ has: page.getByRole('button', { name: 'Copy the full id' }) })
        .innerText(),
    ).toMatch(/^[0-9a-f]{12}$/)
  })

  test('steps: j and k, find, all of them open; the terminal moves with them', async () => {
    const page = await workbench.open(`/runs/${await failed()}`)
    const list = page.getByRole('listbox', { name: 'Steps' })
    const total = Number(await list.getByRole('option').first().getAttribute('aria-setsize'))
    expect(total).toBeGreaterThanOrEqual(7)
    await until(async () => (await list.getByRole('option').count()) === total)
    await page.keyboard.press('j')
    await page.getByRole('region', { name: 'The step' }).getByText('ls -la /app').first().waitFor()
    const terminal = page.getByRole('region', { name: 'Terminal' })
    await until(async () => !(await terminalText(terminal)).includes('One look at a path'))
    for (let step = 1; step < total - 1; step += 1) await page.keyboard.press('j')
    await untilTerminal(terminal, /One look at a path/)
    await until(() => /step=\d+/.test(page.url()))

    await page.getByLabel('Find in steps').fill('path that may be missing')
    await until(async () => (await list.getByRole('option').count()) === 1)
    await page.getByLabel('Find in steps').fill('')
    await until(async () => (await list.getByRole('option').count()) === total)
    await page.getByRole('button', { name: 'Expand all steps (e)' }).click()
    const all = page.getByRole('region', { name: 'All steps' })
    await all.getByText('One look at a path that may be missing.').waitFor()
    await all.getByText('Everything that was asked for is in place.').waitFor()
  })

  test('the terminal: replay from the start, speed, scrub, find', async () => {
    const path = await failed()
    const page = await workbench.open(`/runs/${path}?tab=terminal`)
    const terminal = page.getByRole('region', { name: 'Terminal' })
    // How many rows are shown, and where they are wrapped, changes with the size of the place.
    const printed = await readFile(join(workbench.jobsDir, path, 'tbcc.output.log'), 'utf8')
    const end = withoutSpace(stripVTControlCharacters(printed)).slice(-60)
    const isAtEnd = async (): Promise<boolean> => withoutSpace(await terminalText(terminal)).endsWith(end)
    await until(isAtEnd)
    const scrubber = terminal.getByLabel('Moment of the recording')
    await scrubber.fill('0')
    await until(async () => !(await isAtEnd()))
    await terminal.getByRole('combobox', { name: 'Speed' }).click()
    await page.getByRole('option').last().click()
    await terminal.getByRole('button', { name: 'Play (space)' }).click()
    await until(isAtEnd)
    await terminal.getByLabel('Find in the terminal').fill('there is no such text')
    await page.keyboard.press('Enter')
    await until(async () => (await terminal.getByLabel('Find in the terminal').getAttribute('aria-invalid')) === 'true')
  })

  test('verifier: tests with message and trace, and the raw output', async () => {
    const page = await workbench.open(`/runs/${await failed()}?tab=verifier`)
    const tests = page.getByRole('grid', { name: 'Tests' })
    await tests.getByRole('row').filter({ hasText: 'failed' }).first().click()
    await page
      .getByRole('region', { name: 'The test' })
      .getByText(/message|trace/)
      .first()
      .waitFor()
    await page.getByRole('radio', { name: 'Raw output' }).click()
    await page.getByRole('region', { name: 'Raw output' }).getByText(/\S/).first().waitFor()
  })

  test('files: a tree, a preview; configuration and its differences; no exception', async () => {
    const page = await workbench.open(`/runs/${await failed()}?tab=files`)
    const tree = page.getByRole('tree', { name: 'Files' })
    await tree.getByRole('treeitem', { name: /trajectory\.json/ }).click()
    await page.getByRole('region', { name: 'Content' }).getByText('ATIF-v1.7').first().waitFor()
    await page.keyboard.press('Alt+ArrowRight')
    await page.getByRole('tab', { name: 'Config', selected: true }).waitFor()
    await page.getByRole('region', { name: 'Configuration' }).getByText('trial_name').first().waitFor()
    await page.getByRole('tab', { name: 'Exception' }).click()
    await page.getByText('No exception').waitFor()
  })

  test('files: a picture is shown, and a changed file held against the one of the task', async () => {
    const run = `printf %s ${PIXEL} | base64 -d > /app/dot.png; sed -i s/old/new/ /app/notes.txt`
    const tasks = [join(workbench.tasksDir, 'artifacts')]
    await startJob(workbench, 'with-artifacts', { tasks, agent: { name: 'command', kwargs: { run } } })
    await untilState(workbench, 'with-artifacts', 'completed')
    const trial = await trialOf(workbench, 'with-artifacts', 'artifacts')
    const page = await workbench.open(`/runs/with-artifacts/${trial}?tab=files`)
    const tree = page.getByRole('tree', { name: 'Files' })
    await tree.getByRole('treeitem', { name: /dot\.png/ }).click()
    const picture = page.getByRole('img', { name: /dot\.png/ })
    await picture.waitFor()
    expect(await picture.evaluate((image) => image instanceof HTMLImageElement && image.naturalWidth)).toBe(1)
    await tree.getByRole('treeitem', { name: /notes\.txt/ }).click()
    await page.getByRole('radio', { name: 'Against the task’s' }).click()
    const diff = page.getByRole('region', { name: /notes\.txt/ })
    await diff.getByText('an new line').waitFor()
    await diff.getByText('an old line').waitFor()
  })

  test('events: as many as the file has, and only those of a type', async () => {
    const path = await failed()
    const [jobName = '', trialName = ''] = path.split('/')
    const events = await storedEvents(workbench, jobName, trialName)
    const page = await workbench.open(`/runs/${path}?tab=events`)
    await page.getByText(`${events.length} events`, { exact: true }).waitFor()
    const phases = events.filter(({ type }) => type === 'phase.started')
    // Of the machine that looks, as everywhere.
    const [first] = events
    const clock = new Date(first?.at ?? '').toISOString().slice(11, 23)
    await page.getByRole('grid', { name: 'Events' }).getByText(clock, { exact: true }).first().waitFor()
    await page.goto(`${workbench.origin()}/#/runs/${path}?tab=events&types=phase.started`)
    await page.getByText(`${phases.length} events`, { exact: true }).waitFor()
    await page.getByRole('grid', { name: 'Events' }).getByRole('row').nth(1).click()
    await page.getByRole('region', { name: 'The event' }).getByText('"phase.started"').waitFor()
  })

  test('an agent that fails: its first step with an error by a key, and the exception whole', async () => {
    const tasks = [join(workbench.tasksDir, 'artifacts')]
    const agent = { name: 'command', kwargs: { run: 'echo about to fail; exit 3' } }
    await startJob(workbench, 'with-exception', { tasks, agent })
    await untilState(workbench, 'with-exception', 'completed')
    const ref = { jobName: 'with-exception', trialName: await trialOf(workbench, 'with-exception', 'artifacts') }
    const { firstError } = await ask(workbench, 'trials.outline', { ...ref, offset: 0, limit: 1 })
    expect(firstError).not.toBeNull()
    const page = await workbench.open(`/runs/${ref.jobName}/${ref.trialName}?tab=exception`)
    const exception = page.getByRole('region', { name: 'Exception' })
    await exception.getByText('NonZeroAgentExitCodeError').first().waitFor()
    await exception
      .getByRole('region', { name: 'exception.txt' })
      .getByText(/exit.*3/)
      .first()
      .waitFor()
    await page.keyboard.press('f')
    await page.getByRole('tab', { name: 'Steps', selected: true }).waitFor()
    await until(() => page.url().includes(`step=${firstError}`))
  })

  test('a live terminal stops following where the user scrolls, and follows again when it is told to', async () => {
    await startJob(workbench, 'prints', { tasks: [join(workbench.tasksDir, 'prints')] })
    const page = await workbench.open(`/runs/prints/${await trialOf(workbench, 'prints', 'prints')}?tab=terminal`)
    const terminal = page.getByRole('region', { name: 'Terminal' })
    await untilTerminal(terminal, /^line \d+$/m)
    await terminal.getByText('◐ following').waitFor()
    await terminal.getByRole('group', { name: 'Output; space plays and pauses' }).hover()
    await page.mouse.wheel(0, -600)
    await terminal.getByText('not following').waitFor()
    const kept = await terminalText(terminal)
    await terminal.getByRole('button', { name: 'Follow' }).click()
    await terminal.getByText('◐ following').waitFor()
    await until(async () => (await terminalText(terminal)) !== kept)
    await letGoOn(workbench, 'prints')
    await untilState(workbench, 'prints', 'completed')
  })

  test('a trial that Harbor ran: tests, phases, what the verifier printed, and the log of its job', async () => {
    const [, trialName = ''] = (await failed()).split('/')
    const folder = join(workbench.jobsDir, 'of-harbor')
    await cp(join(workbench.jobsDir, HISTORY.models), folder, { recursive: true })
    for (const path of await readdir(folder, { recursive: true })) {
      if (/(^|\/)\.?tbcc\.[^/]*$/.test(path)) await rm(join(folder, path))
    }
    await writeFile(join(folder, 'job.log'), 'Harbor says so\n')
    const printed = await readFile(join(folder, trialName, 'verifier', 'test-stdout.txt'), 'utf8')
    const line = stripVTControlCharacters(printed).trim().split('\n').at(-1)?.trim() ?? ''
    expect(line).not.toBe('')

    const page = await workbench.open('/runs/of-harbor?tab=log')
    await page.getByRole('region', { name: 'Log of Harbor' }).getByText('Harbor says so').waitFor()
    await page.goto(`${workbench.origin()}/#/runs/of-harbor/${trialName}?tab=verifier`)
    await pane(page).getByText('3 of 9 tests failed').waitFor()
    const why = page.getByRole('region', { name: 'Why it failed' })
    await why.getByText('current stays inside a copy of the tree').waitFor()
    await page.getByRole('img', { name: /^Phases: .*agent .*verification / }).waitFor()
    await page.getByRole('grid', { name: 'Tests' }).getByRole('row').filter({ hasText: 'failed' }).first().waitFor()
    await page.getByRole('radio', { name: 'Raw output' }).click()
    await page.getByRole('region', { name: 'Raw output' }).getByText(line).first().waitFor()
  })

  test('up leads to the job as it was left, and to the list; the tab stays from trial to trial', async () => {
    const page = await workbench.open('/runs?text=swift')
    await page.getByRole('link', { name: HISTORY.models }).click()
    await page.getByRole('tab', { name: 'Outcomes' }).click()
    const grid = page.getByRole('grid', { name: /^Outcomes by/ })
    await grid.getByRole('link').first().click()
    await page.getByRole('tab', { name: 'Verifier' }).click()
    const before = page.url()
    const next = page.getByRole('button', { name: 'Next trial of the job' })
    const neighbour = (await next.isEnabled()) ? next : page.getByRole('button', { name: 'Previous trial of the job' })
    await neighbour.click()
    await until(() => page.url() !== before && page.url().endsWith('tab=verifier'))
    await settled(page)
    await page.keyboard.press('Escape')
    await until(() => page.url().endsWith(`/runs/${HISTORY.models}?tab=outcomes`))
    await grid.waitFor()
    await pane(page).getByRole('navigation').getByRole('link', { name: 'Runs' }).click()
    await until(() => page.url().endsWith('/runs?text=swift'))
  })

  test('arrows go to the neighbours, Esc up to the job and on to all jobs; Back returns', async () => {
    const page = await workbench.open(`/runs/${await failed()}`)
    await settled(page)
    const place = async (): Promise<string> =>
      pane(page).getByTitle('Its place among the trials of the job').innerText()
    const before = await place()
    const there = before.startsWith('8') ? 'ArrowLeft' : 'ArrowRight'
    const back = there === 'ArrowLeft' ? 'ArrowRight' : 'ArrowLeft'
    await page.keyboard.press(there)
    await until(async () => (await place()) !== before)
    await settled(page)
    await page.keyboard.press(back)
    await until(async () => (await place()) === before)
    await page.keyboard.press('Escape')
    await until(() => page.url().endsWith(`/runs/${HISTORY.models}`))
    await settled(page)
    await page.keyboard.press('Escape')
    await until(() => page.url().endsWith('/runs'))
    await page.goBack()
    await until(() => page.url().endsWith(`/runs/${HISTORY.models}`))
  })

  test('the link and the folder can be copied', async () => {
    const path = await failed()
    const [jobName = '', trialName = ''] = path.split('/')
    const page = await workbench.open(`/runs/${path}?tab=verifier`)
    const clipboard = async (): Promise<string> => page.evaluate(async () => navigator.clipboard.readText())
    await page.getByRole('button', { name: 'Copy the link to this view' }).click()
    await until(async () => (await clipboard()) === `${workbench.origin()}/#/runs/${path}?tab=verifier`)
    await page.getByRole('button', { name: /^Copy the folder/ }).click()
    const { directory } = await ask(workbench, 'trials.show', { jobName, trialName })
    await until(async () => (await clipboard()) === directory)
  })
})

function withoutSpace(text: string): string {
  return text.replaceAll(/\s/g, '')
}
