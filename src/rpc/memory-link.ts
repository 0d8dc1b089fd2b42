import { createClosing, type Link } from './link.ts'

/** Two ends in one process. Messages are copied, as a port does it, and arrive later, in order. */
export function createMemoryPair(): readonly [Link, Link] {
  const closing = createClosing()
  const listeners: (((message: unknown) => void) | null)[] = [null, null]
  const end = (own: 0 | 1): Link => ({
    send(message) {
      const copy: unknown = structuredClone(message)
      // A tick later, as with every other link: two ends that only answer each other leave room for the rest.
      setTimeout(() => {
        if (!closing.isClosed()) listeners[1 - own]?.(copy)
      }, 0)
    },
    onMessage(listener) {
      listeners[own] = listener
    },
    onClose: (listener) => closing.onClose(listener),
    close: (reason = 'closed') => void closing.close(reason),
  })
  return [end(0), end(1)]
}
