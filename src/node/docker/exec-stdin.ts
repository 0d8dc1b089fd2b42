import { once } from 'node:events'
import type { Duplex } from 'node:stream'

/**
 * Writes a command's standard input at the pace at which it is read, then closes it; a command that ends earlier just
 * stops it. A source that fails breaks the stream with its error.
 */
export async function feed(stream: Duplex, source: AsyncIterable<Uint8Array>): Promise<void> {
  try {
    for await (const chunk of source) {
      if (!stream.writable) return
      if (!stream.write(chunk)) await roomOrEnd(stream)
    }
    stream.end()
  } catch (error) {
    stream.destroy(error instanceof Error ? error : new Error(String(error)))
  }
}

async function roomOrEnd(stream: Duplex): Promise<void> {
  const waiting = new AbortController()
  const { signal } = waiting
  try {
    await Promise.race([once(stream, 'drain', { signal }), once(stream, 'close', { signal })])
  } finally {
    waiting.abort()
  }
}
