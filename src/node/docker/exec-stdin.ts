import { once } from 'node:events'
import type { Duplex } from 'node:stream'
import { setImmediate as turn } from 'node:timers/promises'
import { toAppError } from '../../contract/errors.ts'
import { drained } from './drained.ts'
import { translated } from './http-call.ts'

/**
 * Writes a command's standard input at the pace at which it is read, then closes it; a command that ends earlier just
 * stops it. Rejects with what the source throws, as an AppError: it is not the engine's failure.
 *
 * A write to a stream that the engine has closed breaks it, and with it the output that was not read yet. So nothing is
 * written while reading pauses, and what has arrived is taken in before each write.
 */
export async function feed(stream: Duplex, source: AsyncIterable<Uint8Array>): Promise<void> {
  for await (const chunk of translated(source, toAppError)) {
    if (stream.isPaused()) await resumed(stream)
    await turn()
    if (!stream.writable) return
    // A stream that breaks here breaks at its reader too, who is the one to tell.
    if (!stream.write(chunk)) await drained(stream).catch(() => undefined)
  }
  stream.end()
}

async function resumed(stream: Duplex): Promise<void> {
  const waiting = new AbortController()
  const { signal } = waiting
  const either = [once(stream, 'resume', { signal }), once(stream, 'close', { signal })]
  await Promise.race(either).catch(() => undefined)
  waiting.abort()
}
