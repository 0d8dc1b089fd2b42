import { setTimeout as delay } from 'node:timers/promises'
import { AppError } from '../../contract/errors.ts'
import type { ContainerState } from '../../core/environment/backend.ts'
import { answered, LOOKUP_MS } from './deadline.ts'
import type { Engine } from './engine.ts'
import { isGone, statusOf, toEngineError } from './translate.ts'

const POLL_MS = 50
/** Engines refuse work in a container, or report KILL for it, a little before they say that it has ended. */
const LATE_MS = 500
const REMOVED: ContainerState = { running: false, exitCode: null, oomKilled: false }

/** What the engine says of a container; one that it does not know has been removed. */
export async function inspectState(engine: Engine, containerId: string): Promise<ContainerState> {
  try {
    const container = engine.docker.getContainer(containerId)
    const { State } = await answered(LOOKUP_MS, async (abortSignal) => container.inspect({ abortSignal }))
    return { running: State.Running, exitCode: State.Running ? null : State.ExitCode, oomKilled: State.OOMKilled }
  } catch (error) {
    if (statusOf(error) === 404 || isGone(error)) return REMOVED
    throw error
  }
}

/** How a container ended, or ends within a time; null when it still runs. Engines answer their own call for that late. */
export async function endWithin(engine: Engine, containerId: string, ms = LATE_MS): Promise<ContainerState | null> {
  const end = performance.now() + ms
  for (;;) {
    const state = await inspectState(engine, containerId)
    if (!state.running) return state
    if (performance.now() > end) return null
    await delay(POLL_MS)
  }
}

/** Why something failed in a container may be that it is ending, which is then thrown: environment-gone. */
export async function assertRunning(engine: Engine, containerId: string): Promise<void> {
  const end = await endWithin(engine, containerId)
  if (end !== null) throw environmentGone(end)
}

/** The error for a call that an engine did not serve; engines have many words for a container that is not there. */
export async function containerError(
  engine: Engine,
  containerId: string,
  error: unknown,
  doing: string,
): Promise<AppError> {
  const refused = statusOf(error) !== null
  const state = refused ? await inspectState(engine, containerId).catch(() => null) : null
  if (state === REMOVED) return environmentGone(state)
  return toEngineError(error, { doing, code: 'internal', unreachable: 'environment-gone' })
}

/** The error for work in a container that has ended, with how it ended. */
function environmentGone(state: ContainerState): AppError {
  const how =
    state.exitCode === null
      ? 'it was removed'
      : state.oomKilled
        ? 'it ran out of memory'
        : `its main process ended with exit code ${state.exitCode}`
  return new AppError('environment-gone', `The environment is gone: ${how}.`, {
    details: { oomKilled: state.oomKilled, ...(state.exitCode === null ? {} : { exitCode: state.exitCode }) },
  })
}
