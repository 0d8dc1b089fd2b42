import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { _electron, type ElectronApplication, type Page } from 'playwright'
import type { HostBridge } from '../../src/contract/host/bridge.ts'
import { plainEnv, projectRoot } from '../../test/support/engine.ts'
import { PATIENCE_MS, waitFor } from './wait.ts'

export const SAMPLES = join(projectRoot, 'resources', 'samples')

/** What `npm run e2e:electron` found and built. */
const setup = {
  executable: fromScript('TBCC_E2E_ELECTRON'),
  folder: fromScript('TBCC_E2E_APP'),
  args: fromScript('TBCC_E2E_ARGS').split(' ').filter(Boolean),
}
/** Node for the engine, where that of this Electron is too old for it; else undefined. */
export const ENGINE_NODE = process.env['TBCC_ENGINE_NODE']

/** As it was built. */
export function preloadScript(): string {
  const places = ['preload', 'dist/preload'].map((place) => join(setup.folder, place, 'preload.cjs'))
  const found = places.find((path) => existsSync(path))
  if (found === undefined) throw new Error('the app is not built')
  return found
}

/** Folders of a user of their own. Several apps may be started in them, one after the other. */
export interface Home extends AsyncDisposable {
  readonly folder: string
  readonly jobsDir: string
  readonly settingsDir: string
  start(env?: Env): Promise<App>
  /** Another start of the app, as a user does it who does not know that it runs: its exit code. */
  startAgain(): Promise<number | null>
}

export interface App extends AsyncDisposable {
  readonly electron: ElectronApplication
  readonly page: Page
  /** Errors of the page's console. */
  readonly problems: readonly string[]
  /** Process ids of the app and all it has started, whoever their parents are now. */
  processes(): Promise<readonly number[]>
  /** Resolves when the app has ended by itself; its exit code. */
  readonly ended: Promise<number | null>
}

/** A launch takes a second or two. */
const LAUNCH_MS = PATIENCE_MS / 2

type Env = Readonly<Record<string, string | undefined>>

export async function makeHome(): Promise<Home> {
  const folder = await mkdtemp(join(tmpdir(), 'tbcc-electron-'))
  const config = join(folder, 'config')
  const env: Env = {
    ...plainEnv,
    HOME: folder,
    XDG_CONFIG_HOME: config,
    TBCC_TASKS: SAMPLES,
    TBCC_ENGINE_NODE: ENGINE_NODE,
  }
  const launch = async (more: Env): Promise<{ electron: ElectronApplication; mark: string }> => {
    const mark = randomUUID()
    const all = { ...env, DISPLAY: process.env['DISPLAY'], ...more, TBCC_E2E_MARK: mark }
    const start = async (): Promise<ElectronApplication> =>
      _electron.launch({
        executablePath: setup.executable,
        args: [setup.folder, ...setup.args],
        cwd: folder,
        env: Object.fromEntries(
          Object.entries(all).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
        ),
        timeout: LAUNCH_MS,
      })
    // Once in some hundred launches the debugger's handshake hangs before the first line of the app; Playwright then ends it.
    const electron = await start().catch(start)
    return { electron, mark }
  }
  return {
    folder,
    jobsDir: join(folder, 'tbcc', 'jobs'),
    settingsDir: join(config, 'tbcc'),
    async start(more = {}) {
      const { electron, mark } = await launch(more)
      return toApp(electron, mark)
    },
    async startAgain() {
      // Playwright takes the end of an app that it has hardly started for a failure; the exit code is what counts.
      const { spawn } = await import('node:child_process')
      const child = spawn(setup.executable, [setup.folder, ...setup.args], {
        cwd: folder,
        env: { ...env, DISPLAY: process.env['DISPLAY'] },
        stdio: 'ignore',
      })
      return new Promise((resolve) => {
        child.once('exit', (code) => resolve(code))
      })
    },
    [Symbol.asyncDispose]: async () => rm(folder, { recursive: true, force: true }),
  }
}

async function toApp(electron: ElectronApplication, mark: string): Promise<App> {
  const child = electron.process()
  const ended = new Promise<number | null>((resolve) => {
    child.once('exit', (code) => resolve(code))
  })
  const problems: string[] = []
  const page = await electron.firstWindow({ timeout: PATIENCE_MS })
  page.setDefaultTimeout(PATIENCE_MS)
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(message.text())
  })
  page.on('pageerror', (error) => problems.push(String(error)))
  return {
    electron,
    page,
    problems,
    ended,
    processes: async () => processesWith(`TBCC_E2E_MARK=${mark}`),
    async [Symbol.asyncDispose]() {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM')
      await ended
      await waitFor('no process of the app', async () => (await processesWith(mark)).length === 0)
    },
  }
}

/** The status bar says that the engine runs; the engine's process. */
export async function engineOf(page: Page): Promise<number> {
  const title = await page.locator('footer [title^="engine "]').getAttribute('title')
  return Number(/process (\d+)/.exec(title ?? '')?.[1])
}

/**
 * Asks the engine as the page does: through a port of its own. Rejects with the engine's message.
 * Screens are tested elsewhere; here they would only stand between the test and what it is about.
 */
export async function callEngine(page: Page, method: string, params: object): Promise<unknown> {
  return page.evaluate(
    async ({ method, params }) => {
      const port = await new Promise<MessagePort>((resolve, reject) => {
        addEventListener(
          'message',
          ({ data, ports }: MessageEvent<{ refused: string | null }>) => {
            if (ports[0] === undefined) reject(new Error(data.refused ?? 'no port'))
            else resolve(ports[0])
          },
          { once: true },
        )
        const { tbcc } = window as unknown as { tbcc: HostBridge }
        tbcc.openEngine()
      })
      return new Promise((resolve, reject) => {
        port.addEventListener(
          'message',
          ({ data }: MessageEvent<{ result?: unknown; error?: { message: string } }>) => {
            port.close()
            if (data.error === undefined) resolve(data.result)
            else reject(new Error(data.error.message))
          },
        )
        port.start()
        port.postMessage({ jsonrpc: '2.0', id: 1, method, params })
      })
    },
    { method, params },
  )
}

/** Processes that have this in their environment, as they were started. */
async function processesWith(text: string): Promise<readonly number[]> {
  const found: number[] = []
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue
    const environment = await readFile(`/proc/${name}/environ`, 'latin1').catch(() => '')
    if (environment.includes(text)) found.push(Number(name))
  }
  return found
}

function fromScript(name: string): string {
  const value = process.env[name]
  if (value === undefined) throw new Error('start these tests with: npm run e2e:electron')
  return value
}
