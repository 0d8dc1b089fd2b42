import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { machine } from '../../test/support/machine.ts'
import { untilTerminal } from '../support/page.ts'
import { callEngine, engineOf, makeHome, SAMPLES, type Home } from './app.ts'

let home: Home

beforeEach(async () => {
  home = await makeHome()
})

afterEach(async () => {
  await home[Symbol.asyncDispose]()
})

const backend = (await machine.docker()).available ? 'docker' : 'sandbox'

test('Ctrl+W in a focused terminal is its own, and closes no window', async () => {
  await using app = await home.start()
  const { page } = app
  await engineOf(page)
  const { environmentId } = (await callEngine(page, 'environments.start', {
    directory: join(SAMPLES, 'release-tree'),
    backend,
  })) as { environmentId: string }
  await page.getByRole('navigation', { name: 'Main' }).getByRole('button', { name: 'Shell' }).click()
  await page.getByRole('button', { name: 'Terminal' }).click()
  const terminal = page.locator('section:not([hidden])[aria-label]').last()
  await untilTerminal(terminal, /[#$]/)
  // A key that the page does not keep for itself goes to the menu, where this one closes the window.
  await page.evaluate(() => {
    const kept: boolean[] = []
    Object.assign(window, { kept })
    const note = (event: KeyboardEvent): void => {
      if (event.key === 'w') setTimeout(() => kept.push(event.defaultPrevented))
    }
    addEventListener('keydown', note, { capture: true })
  })
  const kept = async (): Promise<readonly boolean[]> =>
    page.evaluate(() => (window as unknown as { kept: boolean[] }).kept)
  // The shell takes the last word back.
  await page.keyboard.type('echo kept lost')
  await untilTerminal(terminal, /echo kept lost/)
  await page.keyboard.press('Control+w')
  await page.keyboard.press('Enter')
  await untilTerminal(terminal, /^kept$/m)
  expect(await kept()).toEqual([true])
  expect(await app.electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(1)
  await callEngine(page, 'environments.stop', { environmentId })
})
