import type { Duplex } from 'node:stream'
import { errnoOf } from './translate.ts'

/** Chunks that may wait here before the engine is held back; the kernel's and Node's buffers come on top. */
const WAITING_CHUNKS = 4

/**
 * What a stream brings, in order, at the pace at which it is taken. Unlike a stream's own iterator it gives out all that
 * came before a failure. With `writing`, the other side may close while standard input is still being written to it:
 * such an error is then the stream's end, and what it means is for the engine to say.
 */
export async function* arrivals(stream: Duplex, writing: boolean): AsyncGenerator<Uint8Array> {
  const waiting: Uint8Array[] = []
  let wake = Promise.withResolvers<void>()
  let ended = false
  let failure: Error | null = null

  const take = (chunk: Uint8Array): void => {
    waiting.push(chunk)
    if (waiting.length >= WAITING_CHUNKS) stream.pause()
    wake.resolve()
  }
  const end = (): void => {
    ended = true
    wake.resolve()
  }
  const fail = (error: Error): void => {
    if (!(writing && isClosedByPeer(error))) failure = error
    end()
  }
  stream.on('data', take).on('end', end).on('close', end).on('error', fail)
  try {
    for (;;) {
      const chunk = waiting.shift()
      if (chunk !== undefined) {
        yield chunk
        continue
      }
      if (failure !== null) throw failure
      if (ended) return
      wake = Promise.withResolvers<void>()
      stream.resume()
      await wake.promise
    }
  } finally {
    stream.off('data', take).off('end', end).off('close', end).off('error', fail)
    stream.destroy()
  }
}

function isClosedByPeer(error: Error): boolean {
  const code = errnoOf(error)
  return code === 'EPIPE' || code === 'ECONNRESET'
}
