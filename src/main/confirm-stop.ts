import { type BrowserWindow, dialog } from 'electron'
import type { EngineHost } from './engine/engine-host.ts'

/** What ends the jobs, in the words of the question. */
export interface StopWording {
  /** Of the button that goes on with it. */
  readonly button: string
  /** Begins a sentence: `Quitting` ends their trials. */
  readonly what: string
}

/** Names of the jobs that the engine runs: none where it does not run; null where it does not answer. */
export async function runningJobs(engine: EngineHost): Promise<readonly string[] | null> {
  if (!engine.isRunning()) return []
  let timer: ReturnType<typeof setTimeout> | undefined
  const silence = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), ANSWER_MS)
  })
  const answer = engine.ask({ about: 'running-jobs' }).catch(() => [])
  const jobs = await Promise.race([answer, silence]).finally(() => clearTimeout(timer))
  if (jobs === null) return null
  return Array.isArray(jobs) ? jobs.map(String) : []
}

/** Whether jobs may be ended; the user is asked only where there are some, or might be. */
export async function confirmStop(
  window: BrowserWindow | null,
  jobs: readonly string[] | null,
  { button, what }: StopWording,
): Promise<boolean> {
  if (jobs?.length === 0) return true
  const options = {
    type: 'question' as const,
    buttons: [button, 'Cancel'],
    defaultId: 1,
    cancelId: 1,
    ...describe(jobs, what),
  }
  const { response } = await (window === null ? dialog.showMessageBox(options) : dialog.showMessageBox(window, options))
  return response === 0
}

function describe(jobs: readonly string[] | null, what: string): { message: string; detail: string } {
  if (jobs === null) {
    return { message: 'The engine does not answer', detail: `${what} ends the trials of jobs that it may be running.` }
  }
  return {
    message: jobs.length === 1 ? 'A job is running' : `${jobs.length} jobs are running`,
    detail: `${jobs.slice(0, 10).join('\n')}\n\n${what} ends their trials. What they have done is kept, and they can be resumed.`,
  }
}

/** One that hangs is not waited for: to be restarted is what it needs. */
const ANSWER_MS = 20_000
