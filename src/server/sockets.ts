import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { type WebSocket, WebSocketServer } from 'ws'
import type { Link } from '../rpc/link.ts'
import { createSocketLink } from '../rpc/socket-link.ts'
import { type Guards, pathOf, type Refusal, refuseUnknown } from './requests.ts'

export interface Sockets {
  /** Takes over the connection of a request that wants to become a WebSocket. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void
  /** Ends all of them; resolves when what was served over them has ended. */
  close(): Promise<void>
}

export interface SocketOptions {
  /** Serves a link; resolves when all that it started has ended. */
  readonly serve: (link: Link) => Promise<void>
  /** A longer message ends its connection (1009). */
  readonly maxMessageBytes: number
  /** How often a peer is asked for a sign of life; without one by the next time it is dead. */
  readonly heartbeatMs: number
}

const MAX_SOCKETS = 64
/** Beyond this a peer reads too slowly to be served at all; sources and answers wait long before it. */
const MAX_BUFFERED_BYTES = 64 * 1024 ** 2

/** The WebSockets of a server. Only those who may use the engine get that far. */
export function createSockets(guards: Guards, { serve, maxMessageBytes, heartbeatMs }: SocketOptions): Sockets {
  // Compression would cost more on a machine's own loopback than it gains.
  const server = new WebSocketServer({ noServer: true, maxPayload: maxMessageBytes, perMessageDeflate: false })
  const served = new Set<Promise<void>>()

  const accept = (webSocket: WebSocket, stream: Duplex): void => {
    // `ws` closes the connection after an error; what it was is told by the close.
    webSocket.on('error', () => undefined)
    const stopHeartbeat = watch(webSocket, heartbeatMs)
    const drained = async (): Promise<void> => untilDrained(stream)
    const link = createSocketLink(webSocket, { drained, maxBufferedBytes: MAX_BUFFERED_BYTES })
    link.onClose(stopHeartbeat)
    const serving = serve(link).finally(() => served.delete(serving))
    served.add(serving)
  }

  const refusalOf = (request: IncomingMessage): Refusal | null => {
    const foreign = guards.checkHost(request.headers)
    if (foreign !== null) return { status: 403, reason: foreign }
    if (pathOf(request) !== '/rpc') return { status: 404, reason: 'the WebSocket is at /rpc' }
    const unknown = refuseUnknown(request, guards)
    if (unknown !== null) return unknown
    return server.clients.size < MAX_SOCKETS ? null : { status: 503, reason: `more than ${MAX_SOCKETS} connections` }
  }

  return {
    upgrade(request, socket, head) {
      socket.on('error', () => socket.destroy())
      const refusal = refusalOf(request)
      if (refusal !== null) return refuseUpgrade(socket, refusal)
      server.handleUpgrade(request, socket, head, (webSocket) => accept(webSocket, socket))
    },
    async close() {
      for (const client of server.clients) {
        client.close(1001, 'the server was stopped')
        client.terminate()
      }
      server.close()
      await Promise.all(served)
    },
  }
}

/** A peer that is gone without a word (a laptop that was closed) is found by its silence. */
function watch(webSocket: WebSocket, everyMs: number): () => void {
  let isAlive = true
  webSocket.on('pong', () => {
    isAlive = true
  })
  const timer = setInterval(() => {
    if (!isAlive) return webSocket.terminate()
    isAlive = false
    webSocket.ping()
  }, everyMs)
  return () => clearInterval(timer)
}

async function untilDrained(stream: Duplex): Promise<void> {
  if (!stream.writableNeedDrain || stream.destroyed) return
  await new Promise<void>((resolve) => {
    const done = (): void => {
      stream.off('drain', done)
      stream.off('close', done)
      resolve()
    }
    stream.on('drain', done)
    stream.on('close', done)
  })
}

function refuseUpgrade(socket: Duplex, { status, reason }: Refusal): void {
  const body = `${reason}\n`
  const head = [
    `HTTP/1.1 ${status} Refused`,
    'connection: close',
    'content-type: text/plain; charset=utf-8',
    `content-length: ${Buffer.byteLength(body)}`,
  ]
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`)
}
