import { setTimeout as delay } from 'node:timers/promises'
import { answered, WORK_MS } from './deadline.ts'
import type { Engine } from './engine.ts'
import { isGone, statusOf, toEngineError } from './translate.ts'

const PATIENCE_MS = 20_000
const PAUSE_MS = 200

/**
 * Kills and removes a container with its anonymous volumes, without a grace period; returns when it is gone. Engines
 * refuse while somebody else removes it, or while its file system is still busy: then again.
 */
export async function removeContainer(engine: Engine, containerId: string): Promise<void> {
  const end = performance.now() + PATIENCE_MS
  for (;;) {
    try {
      await answered(WORK_MS, async (abortSignal) => {
        await engine.docker.getContainer(containerId).remove({ force: true, v: true, abortSignal })
      })
      return
    } catch (error) {
      const status = statusOf(error)
      if (status === 404 || isGone(error)) return
      if ((status !== 409 && status !== 500) || performance.now() > end) throw removalError(error)
      await delay(PAUSE_MS)
    }
  }
}

function removalError(error: unknown) {
  return toEngineError(error, { doing: 'remove the environment', code: 'internal', unreachable: 'environment-gone' })
}
