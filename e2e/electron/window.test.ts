import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Locator } from 'playwright'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { engineOf, makeHome, type App, type Home } from './app.ts'
import { waitFor } from './wait.ts'

let home: Home

beforeEach(async () => {
  home = await makeHome()
})

afterEach(async () => {
  await home[Symbol.asyncDispose]()
})

test('two launches give one window', async () => {
  await using app = await home.start()
  const engine = await engineOf(app.page)
  await app.electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.minimize())
  expect(await home.startAgain()).toBe(0)
  await waitFor('the window to be shown again', async () =>
    app.electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.isMinimized() === false),
  )
  expect(await app.electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(1)
  expect(await engineOf(app.page)).toBe(engine)
})

test('a window is found where it was left', async () => {
  const left = { x: 120, y: 90, width: 1000, height: 640 }
  {
    await using app = await home.start()
    await app.electron.evaluate(
      ({ BrowserWindow }, bounds) => BrowserWindow.getAllWindows()[0]?.setBounds(bounds),
      left,
    )
    await waitFor('its new place', async () => JSON.stringify(await boundsOf(app)) === JSON.stringify(left))
    await quit(app)
  }
  await using again = await home.start()
  expect(await boundsOf(again)).toEqual(left)
})

test.each([
  ['far off every display', '{"bounds":{"x":90000,"y":-70000,"width":1000,"height":640},"isMaximized":false}'],
  ['larger than any display', '{"bounds":{"x":0,"y":0,"width":90000,"height":90000},"isMaximized":false}'],
  ['damaged', '{"bounds":{"x":"1"'],
])('a remembered place that is %s is not used as it is', async (_what, text) => {
  {
    await using app = await home.start()
    await quit(app)
  }
  const file = join(home.settingsDir, 'app', 'window.json')
  await readFile(file, 'utf8')
  await writeFile(file, text)
  await using app = await home.start()
  const area = await app.electron.evaluate(({ screen }) => screen.getPrimaryDisplay().workArea)
  const { x, y, width, height } = await boundsOf(app)
  expect({ x: x >= area.x, y: y >= area.y }).toEqual({ x: true, y: true })
  expect(x + width).toBeLessThanOrEqual(area.x + area.width)
  expect(y + height).toBeLessThanOrEqual(area.y + area.height)
})

test('the menu has the actions of the page, with the keys of the page', async () => {
  await using app = await home.start()
  const { page, electron } = app
  await engineOf(page)
  const items = await electron.evaluate(({ Menu }) =>
    (Menu.getApplicationMenu()?.items ?? [])
      .flatMap(({ submenu }) => submenu?.items ?? [])
      .filter(({ id, accelerator }) => typeof id === 'string' && accelerator !== undefined && accelerator !== null)
      .map(({ id, accelerator, registerAccelerator }) => ({
        id,
        accelerator: String(accelerator),
        registerAccelerator,
      }))
      .filter(({ registerAccelerator }) => !registerAccelerator),
  )
  expect(items.length).toBeGreaterThan(7)
  for (const { id, accelerator } of items.filter((item) => item.id.startsWith('open-'))) {
    const elsewhere = id === 'open-runs' ? 'open-settings' : 'open-runs'
    await press(app, elsewhere)
    await paneOf(app, elsewhere).waitFor()
    await page.keyboard.press(accelerator.replace('CmdOrCtrl', 'Control'))
    await paneOf(app, id).waitFor()
    await press(app, elsewhere)
    await paneOf(app, elsewhere).waitFor()
    await press(app, id)
    await paneOf(app, id).waitFor()
  }
  // The other three, by the menu and by the keys that it shows.
  const keysOf = (id: string): string =>
    items.find((item) => item.id === id)?.accelerator.replace('CmdOrCtrl', 'Control') ?? `no keys of ${id}`
  const isWide = async (): Promise<boolean> =>
    ((await page.getByRole('navigation', { name: 'Main' }).boundingBox())?.width ?? 0) > 100
  const ways = (id: string): readonly (() => Promise<void>)[] => [
    async () => press(app, id),
    async () => page.keyboard.press(keysOf(id)),
  ]
  for (const shows of ways('shortcuts')) {
    await shows()
    await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
  }
  for (const turns of ways('sidebar')) {
    const before = await isWide()
    await turns()
    await waitFor('the sidebar to change', async () => (await isWide()) !== before)
  }
  for (const shows of ways('palette')) {
    await shows()
    await page.getByPlaceholder('Type a command').waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
  }
})

test('a page whose process ends is loaded again', async () => {
  await using app = await home.start()
  const { page, electron } = app
  await engineOf(page)
  const gone = page.waitForEvent('crash')
  await electron.evaluate(({ BrowserWindow }) => {
    const contents = BrowserWindow.getAllWindows()[0]?.webContents
    contents?.once('did-finish-load', () => Object.assign(globalThis, { isLoadedAgain: true }))
    contents?.forcefullyCrashRenderer()
  })
  await gone
  // To the debugger such a page is gone for good: the app itself is asked.
  await waitFor('another page', async () => electron.evaluate(() => 'isLoadedAgain' in globalThis))
  const statusOf = async (): Promise<unknown> =>
    electron.evaluate(async ({ BrowserWindow }) => {
      const contents = BrowserWindow.getAllWindows()[0]?.webContents
      const text: unknown = await contents?.executeJavaScript("document.querySelector('footer')?.innerText")
      return text
    })
  await waitFor('its engine', async () => String(await statusOf()).startsWith('● engine'))
})

function paneOf(app: App, id: string): Locator {
  return app.page.locator(`main[data-pane="${id.slice('open-'.length)}"]`)
}

async function press(app: App, id: string): Promise<void> {
  await app.electron.evaluate(({ Menu }, item) => {
    Menu.getApplicationMenu()?.getMenuItemById(item)?.click()
  }, id)
}

async function boundsOf(app: App): Promise<{ x: number; y: number; width: number; height: number }> {
  const bounds = await app.electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.getBounds())
  if (bounds === undefined) throw new Error('there is no window')
  return bounds
}

/** As the menu does it; nothing runs, so nothing is asked. */
async function quit(app: App): Promise<void> {
  await app.electron.evaluate(({ app: electron }) => electron.quit())
  await app.ended
}
