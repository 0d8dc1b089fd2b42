import { setTimeout as delay } from 'node:timers/promises'
import { answered, WORK_MS } from './deadline.ts'
import type { Engine } from './engine.ts'
import { isConnectionError, isGone, isTimeout, statusOf, toEngineError } from './translate.ts'

const PATIENCE_MS = 20_000
const PAUSE_MS = 200

/**
 * Kills and removes a container with its anonymous volumes, without a grace period; returns when it is gone. Engines
 * refuse while somebody else removes it, or while its file system is still busy, and may be starting anew: then again.
 */
export async function removeContainer(engine: Engine, containerId: string): Promise<void> {
  let end = performance.now() + PATIENCE_MS
  let wasSilent = false
  for (;;) {
    try {
      await answered(WORK_MS, async (abortSignal) => {
        await engine.docker.getContainer(containerId).remove({ force: true, v: true, abortSignal })
      })
      return
    } catch (error) {
      const status = statusOf(error)
      if (status === 404 || isGone(error)) return
      // The engine may still be at it, and then refuses a second call; one that is silent twice is lost.
      const isFirstSilence = isTimeout(error) && !wasSilent
      if (isFirstSilence) {
        wasSilent = true
        end = performance.now() + PATIENCE_MS
      }
      const mayPass = isFirstSilence || status === 409 || status === 500 || isConnectionError(error)
      if (!mayPass || performance.now() > end) throw removalError(error)
      await delay(PAUSE_MS)
    }
  }
}

function removalError(error: unknown) {
  return toEngineError(error, { doing: 'remove the environment', code: 'internal', unreachable: 'environment-gone' })
}
