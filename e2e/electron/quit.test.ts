import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { containersOf } from '../../test/support/engine-clients.ts'
import { readJobEvents } from '../../test/support/job-folder.ts'
import { machine } from '../../test/support/machine.ts'
import { makeTask } from '../../test/support/tasks.ts'
import { callEngine, engineOf, makeHome, type App, type Home } from './app.ts'
import { waitFor } from './wait.ts'

let home: Home

beforeEach(async () => {
  home = await makeHome()
})

afterEach(async () => {
  await home[Symbol.asyncDispose]()
})

const backend = (await machine.docker()).available ? 'docker' : 'sandbox'

test('quitting while a job runs asks, and goes on where that is wished', async () => {
  await using app = await home.start()
  const { jobId } = await startSlowJob(app)
  await answerWith(app, 'Cancel')
  await app.electron.evaluate(({ app: electron }) => electron.quit())
  await waitFor('the question', async () => (await questionsOf(app)).length === 1)
  const [question] = await questionsOf(app)
  expect(question?.message).toBe('A job is running')
  expect(question?.detail).toContain('slow-job')
  expect(question?.buttons).toEqual(['Stop and Quit', 'Cancel'])
  expect(await stateOf(app)).toBe('running')

  // By the window's own button, with the other answer.
  await answerWith(app, 'Stop and Quit')
  await app.electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close())
  expect(await app.ended).toBe(0)
  await nothingRuns(app)
  expect(await containersOf(new Set([jobId]))).toEqual([])
  // What was done is kept, as it is for a job that was stopped.
  const events = await readJobEvents(join(home.jobsDir, 'slow-job'))
  expect(events.at(-1)).toMatchObject({ type: 'job.finished', state: 'cancelled' })
})

test('restarting the engine while a job runs asks, and goes on where that is wished', async () => {
  await using app = await home.start()
  const { jobId } = await startSlowJob(app)
  const first = await engineOf(app.page)
  await answerWith(app, 'Cancel')
  await restartFromMenu(app)
  await waitFor('the question', async () => (await questionsOf(app)).length === 1)
  const [question] = await questionsOf(app)
  expect(question?.message).toBe('A job is running')
  expect(question?.detail).toContain('slow-job')
  expect(question?.buttons).toEqual(['Stop and Restart', 'Cancel'])
  expect(await stateOf(app)).toBe('running')
  expect(await engineOf(app.page)).toBe(first)

  await answerWith(app, 'Stop and Restart')
  // Once the first question is over, the next is asked.
  await waitFor('the question', async () => {
    await restartFromMenu(app)
    return (await questionsOf(app)).length > 0
  })
  await waitFor('another engine', async () => (await engineOf(app.page)) !== first)
  expect(await stateOf(app)).toBe('cancelled')
  expect(await containersOf(new Set([jobId]))).toEqual([])
  // Now nothing runs: it is not asked.
  const second = await engineOf(app.page)
  await answerWith(app, 'Cancel')
  await waitFor('a third engine', async () => {
    await restartFromMenu(app)
    return (await engineOf(app.page)) !== second
  })
  expect(await questionsOf(app)).toEqual([])
})

test('restarting an engine that does not answer asks, too: what it runs nobody knows', async () => {
  await using app = await home.start()
  const engine = await engineOf(app.page)
  await answerWith(app, 'Cancel')
  process.kill(engine, 'SIGSTOP')
  try {
    await restartFromMenu(app)
    await waitFor('the question', async () => (await questionsOf(app)).length === 1)
  } finally {
    process.kill(engine, 'SIGCONT')
  }
  expect((await questionsOf(app)).map(({ message }) => message)).toEqual(['The engine does not answer'])
  expect(await engineOf(app.page)).toBe(engine)
})

test('quitting while nothing runs does not ask', async () => {
  await using app = await home.start()
  await engineOf(app.page)
  await answerWith(app, 'Cancel')
  await app.electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close())
  expect(await app.ended).toBe(0)
  await nothingRuns(app)
})

test('a logout does not ask, and leaves nothing behind', async () => {
  await using app = await home.start()
  const { jobId } = await startSlowJob(app)
  app.electron.process().kill('SIGTERM')
  await app.ended
  await nothingRuns(app)
  expect(await containersOf(new Set([jobId]))).toEqual([])
})

test('an engine whose app was killed ends its jobs and itself', async () => {
  await using app = await home.start()
  const { jobId } = await startSlowJob(app)
  app.electron.process().kill('SIGKILL')
  await app.ended
  await nothingRuns(app)
  if (process.env['TBCC_ENGINE_NODE'] === undefined) {
    // Electron ends its utility processes without a word to them; the next start removes what they left.
    await using again = await home.start()
    await engineOf(again.page)
    await waitFor('the end of its containers', async () => (await containersOf(new Set([jobId]))).length === 0)
    return
  }
  expect(await containersOf(new Set([jobId]))).toEqual([])
})

/** Chromium's own processes end a moment after the app. */
async function nothingRuns(app: App): Promise<void> {
  await waitFor('the end of every process', async () => (await app.processes()).length === 0)
}

interface Asked {
  readonly message: string
  readonly detail: string
  readonly buttons: readonly string[]
}

/** The dialog is the system's: nobody could press its buttons here. What it is asked to show is kept. */
async function answerWith(app: App, button: string): Promise<void> {
  await app.electron.evaluate(({ dialog }, pressed) => {
    const asked: Asked[] = []
    Object.assign(globalThis, { asked })
    const answer = async (...args: unknown[]): Promise<{ response: number; checkboxChecked: boolean }> => {
      const options = args.at(-1) as Asked
      asked.push(options)
      return { response: options.buttons.indexOf(pressed), checkboxChecked: false }
    }
    Object.assign(dialog, { showMessageBox: answer })
  }, button)
}

async function questionsOf(app: App): Promise<readonly Asked[]> {
  return app.electron.evaluate(() => (globalThis as unknown as { asked: Asked[] }).asked)
}

async function restartFromMenu(app: App): Promise<void> {
  await app.electron.evaluate(({ Menu }) => {
    Menu.getApplicationMenu()?.getMenuItemById('restart-engine')?.click()
  })
}

/** A job whose agent sleeps, once it does. */
async function startSlowJob(app: App): Promise<{ jobId: string }> {
  await engineOf(app.page)
  const task = await makeTask(join(home.folder, 'tasks'), { name: 'slow', agentTimeout: 600 })
  await callEngine(app.page, 'jobs.start', {
    config: {
      job_name: 'slow-job',
      tasks: [{ path: task }],
      agents: [{ name: 'command', kwargs: { run: 'echo under-way; sleep 600' } }],
    },
    backend,
    confirmed: true,
  })
  await waitFor('the agent to be under way', async () => {
    const { trials } = (await callEngine(app.page, 'trials.query', { filter: { states: ['running'] } })) as {
      trials: { live: { phase: string } | null }[]
    }
    return trials.some(({ live }) => live?.phase === 'agent-execution')
  })
  const { jobId } = (await callEngine(app.page, 'jobs.show', { jobName: 'slow-job' })) as { jobId: string }
  return { jobId }
}

async function stateOf(app: App): Promise<string> {
  const { state } = (await callEngine(app.page, 'jobs.show', { jobName: 'slow-job' })) as { state: string }
  return state
}
