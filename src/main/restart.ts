import type { BrowserWindow } from 'electron'
import { confirmStop, runningJobs } from './confirm-stop.ts'
import type { EngineHost } from './engine/engine-host.ts'
import { report } from './report.ts'

const RESTART = { button: 'Stop and Restart', what: 'Restarting the engine' }

/** The menu's "Restart the Engine": while jobs run, it is asked first. */
export function createRestart(window: () => BrowserWindow | null, engine: EngineHost): () => void {
  let isAsking = false
  const askAndRestart = async (): Promise<void> => {
    if (!(await confirmStop(window(), await runningJobs(engine), RESTART))) return
    // A failure to start is told by the page, which asks for the engine by itself.
    await engine.restart().catch(() => undefined)
  }
  return () => {
    if (isAsking) return
    isAsking = true
    askAndRestart()
      .catch((error: unknown) => report('nobody could be asked', error))
      .finally(() => {
        isAsking = false
      })
  }
}
