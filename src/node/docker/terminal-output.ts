import { arrivals } from './arrivals.ts'
import type { RootPidReader } from './exec-root.ts'
import type { ExecSession } from './exec-session.ts'
import { createExecWatch } from './exec-watch.ts'

/** Chunks that wait for the reader before the engine is held back. */
const MOST_WAITING = 4
/** The same once the program is known to have ended: more than pipes and the engine can still hold. */
const LAST_WAITING = 1024

/**
 * What the terminal prints, read ahead only as far as `arrivals` does; `onEnd` is told once, however it ends. What is left
 * of a program that has ended is taken at once: engines tell no other end in the container before that has been fetched.
 */
export function followTerminal(
  session: ExecSession,
  root: RootPidReader,
  onEnd: () => Promise<void>,
): AsyncIterable<Uint8Array> {
  const { stream } = session
  const waiting: Uint8Array[] = []
  let wake = Promise.withResolvers<void>()
  let taken = Promise.withResolvers<void>()
  let ended = false
  let most = MOST_WAITING
  const watch = createExecWatch({
    ask: async () => ((await session.status()).exitCode === null ? 'running' : 'ended'),
    onEndedHeldBack() {
      most = LAST_WAITING
      taken.resolve()
    },
    onEndedSilent: () => stream.destroy(),
    onLost: () => stream.destroy(),
  })
  // Who closes it does not wait for a reader.
  stream.once('close', () => taken.resolve())
  const read = async (): Promise<void> => {
    try {
      watch.awaitData()
      for await (const chunk of arrivals(stream, true)) {
        watch.pause()
        const rest = root.take({ stream: 'stdout', data: chunk })
        if (rest !== null) {
          waiting.push(rest.data)
          wake.resolve()
          taken = Promise.withResolvers<void>()
          if (waiting.length > most && !stream.destroyed) {
            if (most === MOST_WAITING) watch.awaitConsumer()
            await taken.promise
          }
        }
        watch.awaitData()
      }
    } catch {
      // A connection that broke ends the terminal; why, the next call to the environment says.
    } finally {
      watch.pause()
      const rest = root.end()
      if (rest !== null) waiting.push(rest.data)
      await onEnd()
      ended = true
      wake.resolve()
    }
  }
  // It does not reject: how it ended, `exited` tells.
  read().catch(() => undefined)
  return (async function* () {
    for (;;) {
      const chunk = waiting.shift()
      if (chunk !== undefined) {
        taken.resolve()
        yield chunk
      } else if (ended) return
      else {
        await wake.promise
        wake = Promise.withResolvers<void>()
      }
    }
  })()
}
