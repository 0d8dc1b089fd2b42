import { type EventEmitter, once } from 'node:events'

/** Resolves when a stream takes more, or has been closed; rejects with its error. */
export async function drained(stream: EventEmitter): Promise<void> {
  const waiting = new AbortController()
  const { signal } = waiting
  try {
    await Promise.race([once(stream, 'drain', { signal }), once(stream, 'close', { signal })])
  } finally {
    waiting.abort()
  }
}
