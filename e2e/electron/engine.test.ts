import type { Page } from 'playwright'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { terminalText, untilTerminal } from '../support/page.ts'
import { callEngine, ENGINE_NODE, engineOf, makeHome, type Home } from './app.ts'
import { holdJob } from './held-job.ts'
import { waitFor } from './wait.ts'

let home: Home

beforeEach(async () => {
  home = await makeHome()
})

afterEach(async () => {
  await home[Symbol.asyncDispose]()
})

test('an engine that is killed is started again, and the page goes on', async () => {
  await using app = await home.start()
  const { page } = app
  await page.getByRole('navigation', { name: 'Main' }).getByRole('button', { name: 'Settings' }).click()
  await page.evaluate(() => Object.assign(window, { sameDocument: true }))
  const killed: number[] = []
  for (let round = 0; round < 2; round += 1) {
    const pid = await engineOf(page)
    expect(killed).not.toContain(pid)
    process.kill(pid, 'SIGKILL')
    killed.push(pid)
    await waitFor('another engine', async () => !killed.includes(await engineOf(page)))
  }
  expect(await callEngine(page, 'engine.status', {})).toMatchObject({ jobsDir: home.jobsDir })
  expect(await page.evaluate(() => 'sameDocument' in window)).toBe(true)
  expect(await page.locator('main[data-pane="settings"]').isVisible()).toBe(true)
  expect(app.problems).toEqual([])
})

test('an engine that is killed: the page says so, and what it follows goes on without a gap or a double', async () => {
  await using job = await holdJob(home.jobsDir, 'held')
  await using app = await home.start()
  const { page } = app
  await engineOf(page)
  const say = async (from: number, to: number): Promise<void> => {
    for (let line = from; line <= to; line += 1) await job.say(`line ${line}.`)
  }
  await say(1, 20)
  await page.evaluate(() => {
    location.hash = '/runs/held/a?tab=terminal'
  })
  const terminal = page.getByRole('region', { name: 'Terminal' })
  await untilTerminal(terminal, /^line 20\.$/m)
  const told = await watchStatus(page)

  const killed = await engineOf(page)
  process.kill(killed, 'SIGKILL')
  await say(21, 30)
  await waitFor('another engine', async () => (await engineOf(page)) !== killed)
  await say(31, 40)
  await untilTerminal(terminal, /^line 40\.$/m)
  const lines = [...(await terminalText(terminal)).matchAll(/^line (\d+)\.$/gm)].map(([, number]) => Number(number))
  expect(lines).toEqual(lines.map((_, index) => (lines[0] ?? 0) + index))
  expect(lines).toContain(20)
  expect((await told()).join('\n')).toMatch(/○ no engine: \S.* try again/)

  // 40 lines, and the start of the phase before them.
  await page.getByRole('tab', { name: 'Events' }).click()
  await page.getByText('41 events', { exact: true }).waitFor()
  expect(app.problems).toEqual([])
})

/** What the status bar says from now on, also for a moment. */
async function watchStatus(page: Page): Promise<() => Promise<readonly string[]>> {
  await page.evaluate(() => {
    const told: string[] = []
    Object.assign(window, { told })
    const footer = document.querySelector('footer')
    if (footer === null) throw new Error('there is no status bar')
    new MutationObserver(() => told.push(footer.innerText)).observe(footer, {
      childList: true,
      subtree: true,
      characterData: true,
    })
  })
  return async () => page.evaluate(() => (window as unknown as { told: string[] }).told)
}

test('an engine that does not start says why, and can be started again', async () => {
  await using app = await home.start({ TBCC_ENGINE_NODE: '/nowhere/node' })
  const { page, electron } = app
  await page.getByRole('status').filter({ hasText: '/nowhere/node' }).waitFor()
  // As somebody does who starts the app again with the right one.
  await electron.evaluate((_electron, node) => {
    if (node === null) delete process.env['TBCC_ENGINE_NODE']
    else process.env['TBCC_ENGINE_NODE'] = node
  }, ENGINE_NODE ?? null)
  await press(page, 'restart the engine')
  expect(await engineOf(page)).toBeGreaterThan(0)
})

// The Node of a new Electron is good enough for the engine.
test.runIf(ENGINE_NODE !== undefined)(
  'an Electron whose Node is too old says so, and which way out there is',
  async () => {
    await using app = await home.start({ TBCC_ENGINE_NODE: undefined })
    const { page, electron } = app
    const refusal = page.getByRole('status').filter({ hasText: /needs Node 22\.12 or newer; this is Node 16\./ })
    await refusal.waitFor()
    expect(await refusal.textContent()).toContain('TBCC_ENGINE_NODE')
    const running = (await app.processes()).length
    // It is not tried again and again: asking once more changes nothing.
    await press(page, 'try again')
    await refusal.waitFor()
    await waitFor('no more processes than before', async () => (await app.processes()).length <= running)
    await electron.evaluate((_electron, node) => void (process.env['TBCC_ENGINE_NODE'] = node), ENGINE_NODE ?? '')
    await press(page, 'restart the engine')
    expect(await engineOf(page)).toBeGreaterThan(0)
  },
)

test('it is restarted from the menu', async () => {
  await using app = await home.start()
  const first = await engineOf(app.page)
  await app.electron.evaluate(({ Menu }) => {
    Menu.getApplicationMenu()?.getMenuItemById('restart-engine')?.click()
  })
  await waitFor('another engine', async () => (await engineOf(app.page)) !== first)
  await waitFor('the end of the first', async () => !(await app.processes()).includes(first))
})

/** Each attempt to connect replaces the buttons: a mouse would now and then press one and release another. */
async function press(page: Page, name: string): Promise<void> {
  await page.getByRole('button', { name, exact: true }).dispatchEvent('click')
}
