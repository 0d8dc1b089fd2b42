import { setTimeout as delay } from 'node:timers/promises'
import { AppError } from '../../contract/errors.ts'
import type { ContainerState } from '../../core/environment/backend.ts'
import { answered, LOOKUP_MS } from './deadline.ts'
import type { Engine } from './engine.ts'
import { isGone, statusOf, toEngineError } from './translate.ts'

const POLL_MS = 50
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

/** Whether a container ends within a time; engines answer their own call for that late. */
export async function endsWithin(engine: Engine, containerId: string, ms: number): Promise<boolean> {
  const end = performance.now() + ms
  for (;;) {
    const { running } = await inspectState(engine, containerId)
    if (!running || performance.now() > end) return !running
    await delay(POLL_MS)
  }
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
export function environmentGone(state: ContainerState): AppError {
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
