import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { Duplex } from 'node:stream'
import { WebSocketServer } from 'ws'
import { chatFormat } from './chat.ts'
import { createDesk } from './desk.ts'
import { geminiFormat } from './gemini.ts'
import { answerHttp } from './http.ts'
import { messagesFormat } from './messages.ts'
import { responsesFormat } from './responses.ts'
import { answerSocket } from './sockets.ts'
import type { ModelServer, ModelServerOptions } from './types.ts'

/** A server on a free port of 127.0.0.1. What goes wrong in it is thrown by `close`. */
export async function startModelServer(options: ModelServerOptions): Promise<ModelServer> {
  const desk = createDesk(options)
  const closing = new AbortController()
  const broken: unknown[] = []
  const formats = [messagesFormat, responsesFormat, chatFormat, geminiFormat]
  const context = { desk, formats, models: options.models ?? [], closing: closing.signal }
  const server = createServer((request, response) => {
    answerHttp(context, request, response).catch((error: unknown) => {
      if (!request.destroyed || !isReset(error)) broken.push(error)
      response.destroy()
    })
  })
  const sockets = new WebSocketServer({ noServer: true })
  server.on('upgrade', (request: IncomingMessage, stream: Duplex, head: Buffer) => {
    if (options.websocket === false || request.url?.split('?')[0] !== '/v1/responses') return refuse(stream)
    sockets.handleUpgrade(request, stream, head, (socket) => {
      answerSocket(context, socket, request).catch((error: unknown) => {
        broken.push(error)
        socket.terminate()
      })
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')

  const close = async (): Promise<void> => {
    closing.abort()
    for (const socket of sockets.clients) socket.terminate()
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
    if (broken.length > 0) throw new AggregateError(broken, 'the model server failed')
  }
  const { requests, others, violations } = desk
  const leaksOf = (secret: string): readonly string[] => desk.leaksOf(secret)
  return { url: urlOf(server), requests, others, violations, leaksOf, close, [Symbol.asyncDispose]: close }
}

/** A client that went while it was still sending. */
function isReset(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ECONNRESET'
}

function refuse(stream: Duplex): void {
  stream.on('error', () => {})
  stream.end('HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\nconnection: close\r\n\r\n')
}

function urlOf(server: Server): string {
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('the server has no port')
  return `http://127.0.0.1:${address.port}`
}
