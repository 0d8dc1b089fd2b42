import { createClosing, type Link } from './link.ts'

/** What a MessagePort of a page, a worker or Node can do; Electron's MessagePortMain needs a few lines to fit. */
export interface PortLike {
  postMessage(message: object): void
  addEventListener(type: 'message' | 'close', listener: (event: object) => void): void
  start?(): void
  close(): void
}

/**
 * A link over one end of a message channel. Not every port tells that its other end is gone; where it does not, whoever
 * made the channel closes the link.
 */
export function createPortLink(port: PortLike): Link {
  const closing = createClosing()
  const end = (reason: string): void => {
    if (closing.close(reason)) port.close()
  }
  port.addEventListener('close', () => end('the other end of the port is gone'))
  return {
    send(message) {
      if (!closing.isClosed()) port.postMessage(message)
    },
    onMessage(listener) {
      port.addEventListener('message', (event) => {
        if (!closing.isClosed() && 'data' in event) listener(event.data)
      })
      port.start?.()
    },
    onClose: (listener) => closing.onClose(listener),
    close: (reason = 'closed') => end(reason),
  }
}
