import { mkdir, symlink } from 'node:fs/promises'
import { createServer } from 'node:http'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { projectRoot } from '../../test/support/engine.ts'
import { callEngine, engineOf, makeHome, preloadScript, SAMPLES, type App, type Home } from './app.ts'
import { waitFor } from './wait.ts'

let home: Home
let app: App
const heard: string[] = []
/** Stands for anything that is not ours; it allows everything, so that only the app refuses. */
const elsewhere = createServer((request, response) => {
  heard.push(request.url ?? '')
  response.setHeader('access-control-allow-origin', '*').end('<p>elsewhere</p>')
})
let elsewhereUrl: string

beforeAll(async () => {
  await new Promise<void>((resolve) => {
    elsewhere.listen(0, '127.0.0.1', resolve)
  })
  const address = elsewhere.address()
  elsewhereUrl = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`
  home = await makeHome()
  app = await home.start()
  await engineOf(app.page)
})

afterAll(async () => {
  await app[Symbol.asyncDispose]()
  await home[Symbol.asyncDispose]()
  elsewhere.close()
})

test('the page gets of its host what docs/security.md lists, and no more', async () => {
  const listed = await listedCapabilities()
  expect(listed.length).toBeGreaterThan(0)
  expect(await app.page.evaluate(() => Object.keys((window as unknown as { tbcc: object }).tbcc).sort())).toEqual(
    listed,
  )
  const globals = ['require', 'process', 'module', 'Buffer', 'global', '__dirname', 'electron', 'ipcRenderer']
  expect(await app.page.evaluate((names) => names.filter((name) => name in window), globals)).toEqual([])
})

test('the bridge cannot be changed by the page', async () => {
  const changed = await app.page.evaluate(() => {
    const { tbcc } = window as unknown as { tbcc: Record<string, unknown> }
    const before = tbcc['reveal']
    try {
      tbcc['reveal'] = () => 'mine'
    } catch {
      // Refused, as it should be.
    }
    return tbcc['reveal'] !== before
  })
  expect(changed).toBe(false)
})

test('the window is sandboxed, isolated and without Node', async () => {
  const preferences = await app.electron.evaluate(({ BrowserWindow }) => {
    const [window] = BrowserWindow.getAllWindows()
    // Not in its types, but there, and the only way to ask.
    const contents = window?.webContents as unknown as { getLastWebPreferences(): Record<string, unknown> }
    const preferences = contents.getLastWebPreferences()
    const { sandbox, contextIsolation, nodeIntegration, webviewTag, webSecurity } = preferences
    const { allowRunningInsecureContent, experimentalFeatures, enableBlinkFeatures = '' } = preferences
    return {
      sandbox,
      contextIsolation,
      nodeIntegration,
      webviewTag,
      webSecurity,
      allowRunningInsecureContent,
      experimentalFeatures,
      enableBlinkFeatures,
    }
  })
  expect(preferences).toEqual({
    sandbox: true,
    contextIsolation: true,
    nodeIntegration: false,
    webviewTag: false,
    webSecurity: true,
    allowRunningInsecureContent: false,
    experimentalFeatures: false,
    enableBlinkFeatures: '',
  })
})

test('it goes nowhere else', async () => {
  const { page } = app
  const before = page.url()
  await page.evaluate((url) => {
    location.href = url
  }, elsewhereUrl)
  await page.evaluate(() => {
    location.href = 'file:///etc/passwd'
  })
  await page.evaluate((url) => {
    const link = document.createElement('a')
    link.href = url
    document.body.append(link)
    link.click()
    link.remove()
  }, elsewhereUrl)
  // The engine still answers this page: it is the same document.
  expect(await callEngine(page, 'engine.status', {})).toMatchObject({ jobsDir: home.jobsDir })
  expect(page.url()).toBe(before)
  expect(heard).toEqual([])
})

test('it opens no windows', async () => {
  const { page, electron } = app
  expect(await page.evaluate((url) => window.open(url) === null, elsewhereUrl)).toBe(true)
  expect(await page.evaluate(() => window.open('about:blank') === null)).toBe(true)
  await page.evaluate((url) => {
    const link = Object.assign(document.createElement('a'), { href: url, target: '_blank' })
    document.body.append(link)
    link.click()
    link.remove()
  }, elsewhereUrl)
  expect(await electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(1)
  expect(heard).toEqual([])
})

test('it loads nothing that is not its own', async () => {
  const { page } = app
  const outcome = await page.evaluate(async (url) => {
    const loaded = async (element: HTMLElement & { src?: string }, source: string, limitMs?: number): Promise<string> =>
      new Promise((resolve) => {
        element.addEventListener('load', () => resolve('loaded'))
        element.addEventListener('error', () => resolve('refused'))
        element.src = source
        document.body.append(element)
        if (limitMs !== undefined) setTimeout(() => resolve('nothing'), limitMs)
      }).finally(() => element.remove()) as Promise<string>
    return {
      fetch: await fetch(url).then(
        () => 'loaded',
        () => 'refused',
      ),
      file: await fetch('file:///etc/hostname').then(
        () => 'loaded',
        () => 'refused',
      ),
      image: await loaded(document.createElement('img'), `${url}/image`),
      script: await loaded(document.createElement('script'), `${url}/script`),
      otherHost: await fetch('tbcc://elsewhere/index.html').then(
        ({ status }) => status,
        () => 'refused',
      ),
      missing: await fetch('/../../package.json').then(({ status }) => status),
      // A refused frame tells of it by a load of an empty document of another origin, or by nothing.
      frame: await loaded(document.createElement('iframe'), `${url}/frame`, 500).then(() => frames.length),
    }
  }, elsewhereUrl)
  expect(outcome).toEqual({
    fetch: 'refused',
    file: 'refused',
    image: 'refused',
    script: 'refused',
    otherHost: 'refused',
    missing: 404,
    frame: 0,
  })
  expect(heard).toEqual([])
})

test('even without its policy the page reaches nobody', async () => {
  const outcome = await app.electron.evaluate(async ({ net, session }, url) => {
    const own = session.fromPartition('persist:tbcc')
    return new Promise<string>((resolve) => {
      const request = net.request({ url, session: own })
      request.on('response', () => resolve('answered'))
      request.on('error', (error) => resolve(error.message))
      request.end()
    })
  }, elsewhereUrl)
  expect(outcome).toContain('ERR_BLOCKED_BY_CLIENT')
  expect(heard).toEqual([])
})

test('no text becomes a script', async () => {
  const ran = await app.page.evaluate(() => {
    const holder = window as unknown as { ran?: string }
    const script = document.createElement('script')
    script.textContent = 'window.ran = "inline"'
    document.body.append(script)
    document.body.insertAdjacentHTML('beforeend', '<img src="data:," onerror="window.ran = \'handler\'">')
    // Later, as the page itself: what a test evaluates is not held to the policy.
    return new Promise((resolve) => {
      setTimeout(() => {
        try {
          // oxlint-disable-next-line no-eval -- that it is refused is what is shown
          ;(0, eval)('window.ran = "eval"')
        } catch {
          // Refused, as it should be.
        }
        setTimeout(() => resolve(holder.ran ?? null), 100)
      })
    })
  })
  expect(ran).toBe(null)
})

test('it gets no permission but to copy', async () => {
  const states = await app.page.evaluate(async () => {
    const ask = async (name: string): Promise<string> =>
      navigator.permissions.query({ name: name as PermissionName }).then(
        ({ state }) => state,
        () => 'unknown',
      )
    return {
      geolocation: await ask('geolocation'),
      camera: await ask('camera'),
      microphone: await ask('microphone'),
      notifications: await Notification.requestPermission(),
      located: await new Promise((resolve) => {
        navigator.geolocation.getCurrentPosition(
          () => resolve(true),
          ({ code }) => resolve(code),
        )
      }),
      // Whether the window has the focus, which copying needs too, is not this test's business.
      copy: await ask('clipboard-write'),
      paste: await ask('clipboard-read'),
    }
  })
  expect(states).toMatchObject({
    geolocation: 'denied',
    camera: 'denied',
    microphone: 'denied',
    notifications: 'denied',
    located: 1,
    copy: 'granted',
    paste: 'denied',
  })
})

test('it downloads nothing', async () => {
  const { page, electron } = app
  await electron.evaluate(({ session }) => {
    const downloads: boolean[] = []
    Object.assign(globalThis, { downloads })
    session.fromPartition('persist:tbcc').on('will-download', (event) => void downloads.push(event.defaultPrevented))
  })
  await page.evaluate(() => {
    const href = URL.createObjectURL(new Blob(['kept']))
    Object.assign(document.createElement('a'), { href, download: 'kept.txt' }).click()
  })
  const downloads = async (): Promise<readonly boolean[]> =>
    electron.evaluate(() => (globalThis as unknown as { downloads: boolean[] }).downloads)
  await waitFor('the attempt', async () => (await downloads()).length === 1)
  expect(await downloads()).toEqual([true])
})

test('no contents of the app get a webview', async () => {
  const outcome = await app.electron.evaluate(async ({ BrowserWindow }) => {
    // The window has no such tag at all; one that had it by mistake would be refused.
    const other = new BrowserWindow({ show: false, webPreferences: { sandbox: true, webviewTag: true } })
    try {
      const attempt = new Promise<string>((resolve) => {
        other.webContents.once('will-attach-webview', (event) =>
          resolve(event.defaultPrevented ? 'refused' : 'attached'),
        )
      })
      await other.loadURL('data:text/html,<webview src="about:blank"></webview>')
      return await attempt
    } finally {
      other.destroy()
    }
  })
  expect(outcome).toBe('refused')
})

test('it has the user choose a folder in the dialog of the system', async () => {
  const { page, electron } = app
  // Nobody could press its buttons here; what it is asked to show is what counts.
  const choose = async (filePaths: readonly string[]): Promise<unknown> => {
    await electron.evaluate(({ dialog }, paths) => {
      const showOpenDialog = async (...args: unknown[]): Promise<unknown> => {
        Object.assign(globalThis, { opened: args.at(-1) })
        return { canceled: paths.length === 0, filePaths: paths }
      }
      Object.assign(dialog, { showOpenDialog })
    }, filePaths)
    return page.evaluate(async () =>
      (window as unknown as { tbcc: { pickFolder(): Promise<string | null> } }).tbcc.pickFolder(),
    )
  }
  expect(await choose([SAMPLES])).toBe(SAMPLES)
  expect(await choose([])).toBe(null)
  const opened = await electron.evaluate(() => (globalThis as unknown as { opened: object }).opened)
  expect(opened).toEqual({ properties: ['openDirectory', 'createDirectory'] })
})

test('it tells the user no more than a short text, and a click on that shows the window', async () => {
  const { page, electron } = app
  await electron.evaluate(({ Notification, BrowserWindow }) => {
    const told: string[] = []
    Object.assign(globalThis, { told })
    Object.assign(Notification, { isSupported: () => true })
    // Each is listened to before it is shown, which under a display without a desktop nobody would see.
    const listen = function listen(this: Electron.Notification, name: string, listener: () => void) {
      told.push(`${this.title}: ${this.body}`)
      BrowserWindow.getAllWindows()[0]?.hide()
      if (name === 'click') listener()
    }
    Object.assign(Notification.prototype, { on: listen })
  })
  await page.evaluate(() => {
    const { tbcc } = window as unknown as { tbcc: { notify(title: unknown, body: unknown): void } }
    tbcc.notify('a job', 3)
    tbcc.notify({}, 'ended')
    tbcc.notify('a'.repeat(300), 'b'.repeat(2000))
    tbcc.notify('a job', 'has ended')
  })
  const told = async (): Promise<readonly string[]> =>
    electron.evaluate(() => (globalThis as unknown as { told: string[] }).told)
  await waitFor('both', async () => (await told()).length >= 2)
  expect(await told()).toEqual([`${'a'.repeat(200)}: ${'b'.repeat(1000)}`, 'a job: has ended'])
  expect(await electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.isVisible())).toBe(true)
})

test('it shows folders of jobs and datasets, and no others', async () => {
  const { page, electron } = app
  await mkdir(join(home.jobsDir, 'a-job'), { recursive: true })
  await symlink('/etc', join(home.jobsDir, 'a-link'))
  // A file manager would stay open; what it is told is what counts.
  await electron.evaluate(({ shell }) => {
    const shown: string[] = []
    Object.assign(globalThis, { shown })
    shell.showItemInFolder = (path) => void shown.push(path)
  })
  const reveal = async (path: unknown): Promise<string> =>
    page.evaluate(
      async (path) =>
        (window as unknown as { tbcc: { reveal(path: unknown): Promise<void> } }).tbcc.reveal(path).then(
          () => 'shown',
          () => 'refused',
        ),
      path,
    )
  expect(await reveal(join(home.jobsDir, 'a-job'))).toBe('shown')
  expect(await reveal(join(SAMPLES, 'key-value-service'))).toBe('shown')
  for (const path of ['/etc', join(home.jobsDir, 'a-link'), join(home.jobsDir, '..', '..'), 'a-job', '', 7, null]) {
    expect(await reveal(path), String(path)).toBe('refused')
  }
  expect(await electron.evaluate(() => (globalThis as unknown as { shown: string[] }).shown)).toEqual([
    join(home.jobsDir, 'a-job'),
    join(SAMPLES, 'key-value-service'),
  ])
})

test('another window of the app would get nothing', async () => {
  const answer = await app.electron.evaluate(async ({ BrowserWindow, session }, preload) => {
    const other = new BrowserWindow({
      show: false,
      webPreferences: { sandbox: true, preload, session: session.fromPartition('persist:tbcc') },
    })
    try {
      await other.loadURL('tbcc://app/index.html')
      return (await other.webContents.executeJavaScript(
        "tbcc.restartEngine().then(() => 'answered', (error) => error.message)",
      )) as string
    } finally {
      other.destroy()
    }
  }, preloadScript())
  expect(answer).toContain('for the page of the app only')
})

/** The first column of the table under "What the page gets". */
async function listedCapabilities(): Promise<readonly string[]> {
  const text = await readFile(join(projectRoot, 'docs', 'security.md'), 'utf8')
  const section = /^## What the page gets of the app$([\s\S]*?)^## /m.exec(text)?.[1] ?? ''
  return [...section.matchAll(/^\| `(\w+)\(/gm)].map(([, name = '']) => name).sort()
}
