import { app, type BrowserWindow } from 'electron'
import { confirmStop, runningJobs } from './confirm-stop.ts'
import type { EngineHost } from './engine/engine-host.ts'
import { report } from './report.ts'

const QUIT = { button: 'Stop and Quit', what: 'Quitting' }

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
    const goesOn = !(await confirmStop(window(), jobs, QUIT))
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
