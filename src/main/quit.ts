import { app, type BrowserWindow, dialog } from 'electron'
import type { EngineHost } from './engine/engine-host.ts'
import { report } from './report.ts'

export interface QuitGuard {
  /** The app may go: its windows may close. */
  isDone(): boolean
}

/**
 * Lets the app go only when its engine has gone: nothing it started stays behind. While jobs run, it is asked first;
 * a signal (a logout, Ctrl-C) does not ask.
 */
export function guardQuit(window: () => BrowserWindow | null, engine: EngineHost): QuitGuard {
  let state: 'running' | 'asking' | 'stopping' | 'stopped' = 'running'

  const stop = (): void => {
    if (state === 'stopping' || state === 'stopped') return
    state = 'stopping'
    window()?.setTitle('TB Command Center: ending jobs…')
    engine
      .stop()
      .catch((error: unknown) => report('the engine was not ended', error))
      .finally(() => {
        state = 'stopped'
        app.quit()
      })
  }
  const ask = async (): Promise<void> => {
    state = 'asking'
    const jobs = await runningJobs(engine)
    if (state !== 'asking') return
    const goesOn = jobs.length > 0 && !(await confirmStop(window(), jobs))
    if (state !== 'asking') return
    state = 'running'
    if (!goesOn) stop()
  }

  app.on('before-quit', (event) => {
    if (state === 'stopped') return
    event.preventDefault()
    if (state === 'running') ask().catch((error: unknown) => report('nobody could be asked', error))
  })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop)
  return { isDone: () => state === 'stopped' }
}

/** An engine that does not run has no jobs. */
async function runningJobs(engine: EngineHost): Promise<readonly string[]> {
  const jobs = await engine.ask({ about: 'running-jobs' }).catch(() => [])
  return Array.isArray(jobs) ? jobs.map(String) : []
}

async function confirmStop(window: BrowserWindow | null, jobs: readonly string[]): Promise<boolean> {
  const options = {
    type: 'question' as const,
    buttons: ['Stop and Quit', 'Cancel'],
    defaultId: 1,
    cancelId: 1,
    message: jobs.length === 1 ? 'A job is running' : `${jobs.length} jobs are running`,
    detail: `${jobs.slice(0, 10).join('\n')}\n\nQuitting ends their trials. What they have done is kept, and they can be resumed.`,
  }
  const { response } = await (window === null ? dialog.showMessageBox(options) : dialog.showMessageBox(window, options))
  return response === 0
}
