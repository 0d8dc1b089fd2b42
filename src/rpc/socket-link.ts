import { AppError } from '../contract/errors.ts'
import type { Link } from './link.ts'
import { createTextLink } from './text-link.ts'

/** What a browser's WebSocket and that of `ws` have in common. */
export interface SocketLike {
  readonly readyState: number
  /** Bytes that wait to be sent. */
  readonly bufferedAmount: number
  send(data: string): void
  close(code: number, reason: string): void
  addEventListener(type: 'open' | 'error', listener: () => void): void
  addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void
  addEventListener(type: 'close', listener: (event: { readonly code: number; readonly reason: string }) => void): void
}

export interface SocketLinkOptions {
  /** Resolves when the socket has sent most of what waits, or is closed. Absent: a page, which sends little. */
  readonly drained?: () => Promise<void>
  /** With more than this waiting, the other side reads too slowly to be served. Absent: no limit. */
  readonly maxBufferedBytes?: number
}

/** The codes of RFC 6455 and its registry that are used here. */
const CLOSE = { normal: 1000, unsupportedData: 1003, tryAgainLater: 1013 } as const

/** A link over an open socket, one message per text frame. Binary frames end it. */
export function createSocketLink(socket: SocketLike, options: SocketLinkOptions = {}): Link {
  const { drained, maxBufferedBytes = Number.POSITIVE_INFINITY } = options
  const link = createTextLink({
    send(text) {
      socket.send(text)
      if (socket.bufferedAmount > maxBufferedBytes) end(CLOSE.tryAgainLater, 'the client reads too slowly')
    },
    // The frame that tells the reason holds 123 bytes.
    close: (reason) => socket.close(CLOSE.normal, reason.slice(0, 40)),
    ...(drained === undefined ? {} : { drained }),
  })
  const end = (code: number, reason: string): void => {
    link.ended(reason)
    socket.close(code, reason)
  }
  socket.addEventListener('message', ({ data }) => {
    if (typeof data === 'string') link.receive(data)
    else end(CLOSE.unsupportedData, 'messages are text')
  })
  socket.addEventListener('close', ({ code, reason }) => {
    link.ended(reason === '' ? `the connection was closed (${code})` : reason)
  })
  return link
}

/** Resolves with the link of a socket that is being opened; rejects with `disconnected` where that fails. */
export async function openSocketLink(socket: SocketLike, signal: AbortSignal): Promise<Link> {
  return new Promise((resolve, reject) => {
    const abort = (): void => socket.close(CLOSE.normal, 'not needed any more')
    const fail = (): void => {
      signal.removeEventListener('abort', abort)
      reject(new AppError('disconnected', 'the server cannot be reached'))
    }
    signal.addEventListener('abort', abort, { once: true })
    // A socket that fails says so by its close too; a listener for the error keeps `ws` from throwing it.
    socket.addEventListener('error', fail)
    socket.addEventListener('close', fail)
    socket.addEventListener('open', () => {
      signal.removeEventListener('abort', abort)
      resolve(createSocketLink(socket))
    })
  })
}
