import { setTimeout as delay } from 'node:timers/promises'
import type Docker from 'dockerode'
import { AppError } from '../../contract/errors.ts'
import type { ContainerState } from '../../core/environment/backend.ts'
import type { Engine } from './engine.ts'
import { lookUp } from './patience.ts'
import { isGone, statusOf, toEngineError } from './translate.ts'

const POLL_MS = 50
/** Engines refuse work in a container, or report KILL for it, a little before they say that it has ended. */
const LATE_MS = 500
/** What engines call a container whose removal has begun, or has failed half-way. */
const UNREADABLE: ReadonlySet<string> = new Set(['removing', 'dead'])
const REMOVED: ContainerState = { running: false, exitCode: null, oomKilled: false }

/** What the engine says of a container; one that it does not know has been removed. */
export async function inspectState(engine: Engine, containerId: string): Promise<ContainerState> {
  const told = await ask(engine, containerId)
  if (told === null) return REMOVED
  return { running: told.Running, exitCode: told.Running ? null : told.ExitCode, oomKilled: told.OOMKilled }
}

/** One that is being removed has no files any more, while one that only ended keeps them. Throws environment-gone. */
export async function assertReadable(engine: Engine, containerId: string): Promise<void> {
  const told = await ask(engine, containerId)
  if (told === null || UNREADABLE.has(told.Status)) throw environmentGone(REMOVED)
}

async function ask(engine: Engine, containerId: string): Promise<Docker.ContainerInspectInfo['State'] | null> {
  try {
    const container = engine.docker.getContainer(containerId)
    return (await lookUp(async (abortSignal) => container.inspect({ abortSignal }))).State
  } catch (error) {
    if (statusOf(error) === 404 || isGone(error)) return null
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

/** The error for work in a container that has ended, with how it ended; or that takes no work although it runs. */
export function environmentGone(state: ContainerState): AppError {
  const how = state.running
    ? 'it starts no process any more'
    : state.exitCode === null
      ? 'it was removed'
      : state.oomKilled
        ? 'it ran out of memory'
        : `its main process ended with exit code ${state.exitCode}`
  return new AppError('environment-gone', `The environment is gone: ${how}.`, {
    details: { oomKilled: state.oomKilled, ...(state.exitCode === null ? {} : { exitCode: state.exitCode }) },
  })
}
