import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page, WebSocketRoute } from 'playwright'
import { expect, test } from 'vitest'
import { containersOf } from '../../test/support/engine-clients.ts'
import { readJobRecord } from '../../test/support/job-folder.ts'
import { describeOn } from '../../test/support/machine.ts'
import { startJob, storedEvents, trialOf, trialsOf, untilState } from '../support/jobs.ts'
import { answer, pane, terminalText, until, untilTerminal } from '../support/page.ts'
import { useWorkbench } from '../support/workbench.ts'

const STEADY = 'for n in $(seq 1 60); do echo "line $n."; sleep 0.1; done; echo yes > /app/done'

describeOn(['browser', 'docker'], 'when something between page and containers breaks', () => {
  const workbench = useWorkbench({
    tasks: [
      { name: 'first' },
      { name: 'second', solution: STEADY },
      { name: 'third' },
      { name: 'endless', solution: 'while :; do date; sleep 0.2; done', agentTimeout: 300 },
    ],
  })
  const paths = (...names: readonly string[]): readonly string[] => names.map((name) => join(workbench.tasksDir, name))

  test('the engine is killed in the middle of a job: the page says so, and Resume runs the rest', async () => {
    workbench.expectProblem(/WebSocket|ERR_CONNECTION_REFUSED|401|Failed to load resource/)
    const jobName = 'killed'
    await startJob(workbench, jobName, { tasks: paths('first', 'second', 'third'), n_concurrent_trials: 1 })
    const page = await workbench.open(`/runs/${jobName}`)
    const second = await trialOf(workbench, jobName, 'second')
    await until(
      async () =>
        (await trialsOf(workbench, jobName)).find(({ trialName }) => trialName === second)?.live?.phase ===
        'agent-execution',
    )
    const first = await trialOf(workbench, jobName, 'first')
    const result = await readFile(join(workbench.jobsDir, jobName, first, 'result.json'), 'utf8')
    await workbench.kill()
    await page.getByRole('status').filter({ hasText: 'no engine' }).waitFor()

    await workbench.restart()
    await page.goto(workbench.url())
    await page.getByRole('status').filter({ hasText: '● engine' }).waitFor()
    await page.goto(`${workbench.origin()}/#/runs/${jobName}`)
    await pane(page)
      .getByText(/interrupted: Resume runs the rest/)
      .waitFor()
    await page.getByRole('button', { name: 'Resume' }).click()
    await untilState(workbench, jobName, 'completed')
    await pane(page)
      .getByText(/^3 of 3 resolved/)
      .waitFor()
    expect(await readFile(join(workbench.jobsDir, jobName, first, 'result.json'), 'utf8')).toBe(result)
    const { jobId } = await readJobRecord(join(workbench.jobsDir, jobName))
    expect(await containersOf(new Set([jobId]))).toEqual([])
  })

  test('the socket drops again and again: no reload, no gap, no double', async () => {
    const jobName = 'dropped'
    const sockets: WebSocketRoute[] = []
    const page = await workbench.open('/runs', {
      prepare: async (opened) =>
        opened.routeWebSocket(/\/rpc$/, (socket) => {
          socket.connectToServer()
          sockets.push(socket)
        }),
    })
    await page.evaluate(() => document.body.setAttribute('data-not-reloaded', ''))
    await startJob(workbench, jobName, { tasks: paths('second') })
    const trialName = await trialOf(workbench, jobName, 'second')
    await page.goto(`${workbench.origin()}/#/runs/${jobName}/${trialName}?tab=terminal`)
    const terminal = page.getByRole('region', { name: 'Terminal' })
    for (const [drops, tens] of [1, 2, 3].entries()) {
      // However many lines came at once, each connection is dropped.
      await untilTerminal(terminal, new RegExp(`^line [${tens}-6]\\d\\.$`, 'm'))
      await until(() => sockets.length > drops)
      await sockets.at(-1)?.close({ code: 4000, reason: 'dropped by the test' })
    }
    await until(() => sockets.length === 4)
    await untilTerminal(terminal, /^line 60\.$/m)
    const numbers = [...(await terminalText(terminal)).matchAll(/^line (\d+)\.$/gm)].map(([, number]) => Number(number))
    expect(numbers).toEqual(numbers.map((_, index) => (numbers[0] ?? 0) + index))

    await untilState(workbench, jobName, 'completed')
    await pane(page).getByText('success', { exact: true }).first().waitFor()
    const events = await storedEvents(workbench, jobName, trialName)
    await page.getByRole('tab', { name: 'Events' }).click()
    await page.getByText(`${events.length} events`, { exact: true }).waitFor()
    expect(await readEvents(page, events.length)).toEqual(events.map(({ seq, type }) => `${seq} ${type}`))
    expect(await page.locator('body[data-not-reloaded]').count()).toBe(1)
  })

  test('a part of the page that cannot be fetched at once comes when it can', async () => {
    workbench.expectProblem(/Failed to load resource/)
    let failures = 3
    const page = await workbench.open('/runs', {
      prepare: async (opened) =>
        void (await opened.route(/\/assets\/settings-.*\.js$/, async (route) =>
          (failures -= 1) < 0 ? route.continue() : route.abort('connectionrefused'),
        )),
    })
    await page.getByRole('navigation').getByRole('button', { name: 'Settings' }).click()
    await page.locator('main[data-pane="settings"] h1').waitFor()
    expect(failures).toBe(-1)
  })

  test('a part of the page that is gone: said where it belongs, the rest goes on, a reload brings it', async () => {
    workbench.expectProblem(/Failed to load resource|a part of this page could not be loaded/)
    let gone = true
    const page = await workbench.open('/runs', {
      prepare: async (opened) =>
        void (await opened.route(/\/assets\/(settings|run-dialog)-.*\.js$/, async (route) =>
          gone ? route.fulfill({ status: 404 }) : route.continue(),
        )),
    })
    await page.getByRole('button', { name: 'New run' }).first().click()
    await page.getByText(/a part of this page could not be loaded/).waitFor()
    await page.getByRole('navigation').getByRole('button', { name: 'Settings' }).click()
    const settings = page.locator('main[data-pane="settings"]')
    await settings.getByText(/a part of this page could not be loaded/).waitFor()
    gone = false
    await settings.getByRole('button', { name: 'Try again' }).click()
    await settings.locator('h1').waitFor()
  })

  test('two windows see the same, and what one does the other shows', async () => {
    const jobName = 'seen-twice'
    const [one, other] = [await workbench.open('/runs'), await workbench.open('/runs')]
    await startJob(workbench, jobName, { tasks: paths('endless') })
    for (const page of [one, other]) {
      await page
        .getByRole('row')
        .filter({ hasText: jobName })
        .getByTitle(/^running: /)
        .waitFor()
    }
    await other.goto(`${workbench.origin()}/#/runs/${jobName}`)
    await other.getByRole('button', { name: 'Stop', exact: true }).click()
    await answer(other, `Stop ${jobName}?`, 'Stop')
    await one
      .getByRole('row')
      .filter({ hasText: jobName })
      .getByTitle(/^cancelled: /)
      .waitFor()
    await other.getByText(/stopped before its end/).waitFor()
  })

  test('a job of the command in another terminal is followed, too', async () => {
    const page = await workbench.open('/runs')
    const ended = workbench.cli(
      'run',
      '-p',
      join(workbench.tasksDir, 'second'),
      '-a',
      'oracle',
      '-e',
      'docker',
      '-o',
      workbench.jobsDir,
      '--job-name',
      'elsewhere',
      '-q',
    )
    const row = page.getByRole('row').filter({ hasText: 'elsewhere' })
    await row.getByTitle(/^running: /).waitFor()
    expect((await ended).code).toBe(0)
    await row.getByTitle(/^completed: /).waitFor()
    await row.getByText('1/1').first().waitFor()
  })
})

/** Number and type of every event of the tab, from the first to the last. */
async function readEvents(page: Page, count: number): Promise<readonly string[]> {
  const grid = page.getByRole('grid', { name: 'Events' })
  const seen = new Map<number, string>()
  await until(async () => {
    const rows = await grid
      .getByRole('row')
      .evaluateAll((found) =>
        found.map((row) => [...row.querySelectorAll('[role=gridcell]')].map((cell) => cell.textContent)),
      )
    for (const [seq, , type] of rows)
      if (seq !== undefined && type !== undefined) seen.set(Number(seq), `${seq} ${type}`)
    await grid.evaluate((element) => element.scrollBy(0, 300))
    return seen.size >= count
  })
  return [...seen].toSorted(([a], [b]) => a - b).map(([, text]) => text)
}
