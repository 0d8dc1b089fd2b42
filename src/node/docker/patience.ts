import { setTimeout as delay } from 'node:timers/promises'
import { answered, LOOKUP_MS } from './deadline.ts'
import { isConnectionError, isTimeout } from './translate.ts'

/** Times that a question is asked. */
const TRIES = 3
const PAUSE_MS = 250

/**
 * Looks something up, which may be done again: a saturated engine may be late, and a connection may have been closed by
 * the engine just when it was used. Only an engine that stays silent or out of reach is lost.
 */
export async function lookUp<T>(ask: (signal: AbortSignal) => Promise<T>): Promise<T> {
  for (let left = TRIES; ; left -= 1) {
    try {
      return await answered(LOOKUP_MS, ask)
    } catch (error) {
      if (left <= 1 || !(isTimeout(error) || isConnectionError(error))) throw error
      await delay(PAUSE_MS)
    }
  }
}
