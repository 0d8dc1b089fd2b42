import { cp, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, inject, type TestContext } from 'vitest'
import type { Browser, BrowserContext, Page } from 'playwright'
import { startCli, type Child, type runCli } from '../../test/support/child.ts'
import { plainEnv } from '../../test/support/engine.ts'
import { freePort } from '../../test/support/loopback.ts'
import { makeTask, type TaskText } from '../../test/support/tasks.ts'
import { launchBrowser } from './browser.ts'
import { keepEvidence } from './evidence.ts'
import { PATIENCE_MS } from './page.ts'
import { SAMPLES } from './samples.ts'

/** `tbcc serve` on folders of its own, and a browser that looks at it. */
export interface Workbench {
  readonly folder: string
  readonly jobsDir: string
  /** Tasks that this suite made: the dataset beside the samples. */
  readonly tasksDir: string
  /** With its token. */
  url(): string
  origin(): string
  server(): Child
  /** Ends the server with SIGKILL and resolves when it is gone. */
  kill(): Promise<void>
  /** Starts it again on the same port, after it was ended. */
  restart(): Promise<void>
  task(task: TaskText): Promise<string>
  /** The command, on the same folders. */
  cli(...args: readonly string[]): ReturnType<typeof runCli>
  /** A page in a profile of its own, at a path such as `/runs`. */
  open(path?: string, options?: PageOptions): Promise<Page>
  /** A console error that belongs to the scenario; any other one fails it. */
  expectProblem(pattern: RegExp): void
}

export interface PageOptions {
  readonly width?: number
  readonly theme?: 'light' | 'dark'
  /** Before anything is loaded. */
  readonly prepare?: (page: Page) => Promise<void>
}

export interface WorkbenchOptions {
  /** Variables of the server. */
  readonly env?: Readonly<Record<string, string>>
  /** Starts with the jobs of history.ts. */
  readonly history?: boolean
  readonly tasks?: readonly TaskText[]
  /** Where all of it stands; emptied first. Absent: a new temporary folder. For pictures, which show paths. */
  readonly place?: string
}

/**
 * Gives a suite its workbench: each scenario has pages of its own, and no console error goes unseen. After one that failed
 * everything is as at the start, for its second try and for those that follow: none may need what another has left.
 */
export function useWorkbench(options: WorkbenchOptions = {}): Workbench {
  let started: StartedWorkbench | null = null
  const get = (): StartedWorkbench => {
    if (started === null) throw new Error('the suite has not started yet')
    return started
  }
  beforeAll(async () => {
    const history = options.history === true ? inject('history') : null
    started = await startWorkbench({ ...options, history })
  })
  afterEach(async ({ task }: TestContext) => {
    await get().finishScenario(task.name, task.result?.state === 'fail')
  })
  afterAll(async () => {
    await started?.[Symbol.asyncDispose]()
  })
  return {
    get folder() {
      return get().folder
    },
    get jobsDir() {
      return get().jobsDir
    },
    get tasksDir() {
      return get().tasksDir
    },
    url: () => get().url(),
    origin: () => get().origin(),
    server: () => get().server(),
    kill: async () => get().kill(),
    restart: async () => get().restart(),
    task: async (task) => get().task(task),
    cli: async (...args) => get().cli(...args),
    open: async (path, pageOptions) => get().open(path, pageOptions),
    expectProblem: (pattern) => get().expectProblem(pattern),
  }
}

interface StartOptions extends Omit<WorkbenchOptions, 'history'> {
  /** A folder of jobs to start with. */
  readonly history: string | null
}

interface StartedWorkbench extends Workbench, AsyncDisposable {
  /** Rejects where the scenario failed or an error stood on the console; then all is as at the start again. */
  finishScenario(name: string, failed: boolean): Promise<void>
}

async function startWorkbench({ env = {}, history, tasks = [], place }: StartOptions): Promise<StartedWorkbench> {
  const folder = place ?? (await mkdtemp(join(tmpdir(), 'tbcc-e2e-')))
  const jobsDir = join(folder, 'jobs')
  const tasksDir = join(folder, 'tasks')
  const stage = async (): Promise<void> => {
    await mkdir(folder, { recursive: true })
    for (const name of await readdir(folder)) await rm(join(folder, name), { recursive: true, force: true })
    await mkdir(tasksDir)
    if (history !== null) await cp(history, jobsDir, { recursive: true })
    for (const task of tasks) await makeTask(tasksDir, task)
  }
  await stage()
  const variables = {
    ...plainEnv,
    HOME: folder,
    XDG_CONFIG_HOME: join(folder, 'config'),
    TBCC_TASKS: SAMPLES,
    TBCC_PATHS_DATASETS: tasksDir,
    TZ: 'UTC',
    ...env,
  }
  const serve = async (port: number): Promise<Child> => {
    const child = startCli(['serve', '--port', String(port), '--jobs-dir', jobsDir], { cwd: folder, env: variables })
    await child.until(/#token=\S+\n/)
    return child
  }
  // One that stays free while the server is away.
  let server = await serve(await freePort())
  const browser = await launchBrowser()
  const pages = createPages(browser)
  const url = (): string => /http\S+#token=\S+/.exec(server.stdout())?.[0] ?? ''
  const origin = (): string => new URL(url()).origin
  const kill = async (): Promise<void> => {
    server.signal('SIGKILL')
    await server.ended
  }
  const commands = new Set<Child>()
  const restart = async (prepare?: () => Promise<void>): Promise<void> => {
    const { port } = new URL(url())
    await kill()
    await prepare?.()
    server = await serve(Number(port))
  }
  const startOver = async (): Promise<void> =>
    restart(async () => {
      for (const command of commands) command.signal('SIGKILL')
      await Promise.all([...commands].map(async ({ ended }) => ended))
      await stage()
    })

  return {
    folder,
    jobsDir,
    tasksDir,
    url,
    origin,
    server: () => server,
    kill,
    restart: async () => restart(),
    task: async (task) => makeTask(tasksDir, task),
    async cli(...args) {
      await using command = startCli(args, { cwd: folder, env: variables })
      commands.add(command)
      const { code } = await command.ended
      commands.delete(command)
      return { code, stdout: command.stdout(), stderr: command.stderr() }
    },
    async open(path, options = {}) {
      const page = await pages.open(options)
      await page.goto(url())
      await page.getByRole('status').filter({ hasText: '● engine' }).waitFor()
      if (path === undefined) return page
      await page.goto(`${origin()}/#${path}`)
      await page
        .locator(`main[data-pane="${/\w+/.exec(path)?.[0] ?? ''}"] h1`)
        .first()
        .waitFor()
      return page
    },
    expectProblem: (pattern) => pages.expectProblem(pattern),
    async finishScenario(name, failed) {
      try {
        await pages.finish(name, failed, () => `${server.stdout()}\n${server.stderr()}`)
      } catch (error) {
        await startOver()
        throw error
      }
    },
    async [Symbol.asyncDispose]() {
      await browser.close()
      server.signal('SIGINT')
      await server.ended
      await rm(folder, { recursive: true, force: true })
    },
  }
}

interface Pages {
  open(options: PageOptions): Promise<Page>
  expectProblem(pattern: RegExp): void
  finish(name: string, failed: boolean, serverOutput: () => string): Promise<void>
}

/** The pages of one scenario, each in a context of its own, and what went wrong in them. */
function createPages(browser: Browser): Pages {
  let contexts: BrowserContext[] = []
  let problems: string[] = []
  let expected: RegExp[] = []
  return {
    async open({ width = 1440, theme = 'light', prepare }) {
      const context = await browser.newContext({
        viewport: { width, height: width === 1440 ? 900 : 768 },
        colorScheme: theme,
        timezoneId: 'UTC',
        permissions: ['clipboard-read', 'clipboard-write'],
      })
      contexts.push(context)
      await context.tracing.start({ screenshots: false, snapshots: true })
      const page = await context.newPage()
      page.setDefaultTimeout(PATIENCE_MS)
      // A violation of the content policy is an error on the console, too.
      page.on('console', (message) => {
        if (message.type() === 'error') problems.push(`${message.text()} (${message.location().url})`)
      })
      page.on('pageerror', (error) => problems.push(error.stack ?? error.message))
      await prepare?.(page)
      return page
    },
    expectProblem: (pattern) => void expected.push(pattern),
    async finish(name, failed, serverOutput) {
      const unexpected = problems.filter((problem) => !expected.some((pattern) => pattern.test(problem)))
      const kept = failed || unexpected.length > 0 ? await keepEvidence(name, contexts, serverOutput()) : ''
      await Promise.all(contexts.map(async (context) => context.close()))
      contexts = []
      problems = []
      expected = []
      expect(unexpected, `errors on the console; see ${kept}`).toEqual([])
      if (failed) throw new Error(`pictures, traces and the server's output are in ${kept}`)
    },
  }
}
