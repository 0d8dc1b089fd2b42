import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Duplex } from 'node:stream'

/** A socket before an engine's own: what a busy or ending engine says at a bad moment can be said here at will. */
export interface InterferingFront extends AsyncDisposable {
  /** As DOCKER_HOST. */
  readonly host: string
  /** Asked for each request; null: the engine alone answers. */
  interfere: (method: string, path: string) => Interference | null
}

export type Interference =
  /** The connection breaks, and the engine hears nothing. */
  | { readonly kind: 'break' }
  /** The engine hears nothing. An upgraded connection just ends. */
  | { readonly kind: 'answer'; readonly status: number; readonly body: string }
  /** The engine hears of it only then. */
  | { readonly kind: 'wait'; readonly until: Promise<void> }
  /** What the engine answers, changed. */
  | { readonly kind: 'change'; readonly change: (body: Buffer) => Buffer | string }

export async function openInterferingFront(engineSocket: string): Promise<InterferingFront> {
  const folder = await mkdtemp(join(tmpdir(), 'tbcc-front-'))
  const sockets = new Set<Duplex>()
  const front: InterferingFront = {
    host: `unix://${join(folder, 'sock')}`,
    interfere: () => null,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
  const ask = ({ method = '', url = '' }: IncomingMessage) => front.interfere(method, url)
  const server = createServer((incoming, response) => pass(engineSocket, incoming, response, ask(incoming)))
  server.on('upgrade', (incoming: IncomingMessage, client: Duplex, head: Buffer) => {
    const act = ask(incoming)
    if (act?.kind === 'break') client.destroy()
    else if (act?.kind === 'answer') client.end('HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n')
    else sockets.add(joined(engineSocket, incoming, client, head))
  })
  server.on('connection', (socket: Socket) => sockets.add(socket))
  server.listen(join(folder, 'sock'))
  await once(server, 'listening')
  return front
}

function pass(
  engineSocket: string,
  incoming: IncomingMessage,
  response: ServerResponse,
  act: Interference | null,
): void {
  if (act?.kind === 'break') {
    incoming.socket.destroy()
    return
  }
  if (act?.kind === 'answer') {
    incoming.resume()
    response.writeHead(act.status, { 'Content-Type': 'application/json' }).end(act.body)
    return
  }
  if (act?.kind === 'wait') {
    act.until.then(
      () => pass(engineSocket, incoming, response, null),
      () => response.destroy(),
    )
    return
  }
  const { method = '', url = '', headers } = incoming
  const asked = request({ socketPath: engineSocket, method, path: url, headers }, (answer) => {
    answer.on('error', () => response.destroy())
    if (act === null) {
      response.writeHead(answer.statusCode ?? 500, answer.headers)
      answer.pipe(response)
    } else changed(answer, act.change, response).catch(() => response.destroy())
  })
  asked.on('error', () => response.destroy())
  response.on('close', () => asked.destroy())
  incoming.pipe(asked)
}

async function changed(
  answer: IncomingMessage,
  change: (body: Buffer) => Buffer | string,
  response: ServerResponse,
): Promise<void> {
  const chunks: Uint8Array[] = []
  for await (const chunk of answer) if (chunk instanceof Uint8Array) chunks.push(chunk)
  const { 'content-length': _, 'transfer-encoding': __, ...headers } = answer.headers
  response.writeHead(answer.statusCode ?? 500, headers).end(change(Buffer.concat(chunks)))
}

/** Passes a connection on as it is from its upgrade on; the connection to the engine. */
function joined(engineSocket: string, incoming: IncomingMessage, client: Duplex, head: Buffer): Duplex {
  const engine = connect({ path: engineSocket, allowHalfOpen: true })
  for (const socket of [client, engine])
    socket.on('error', () => [client, engine].forEach((either) => either.destroy()))
  const lines = [`${incoming.method} ${incoming.url} HTTP/1.1`]
  for (let at = 0; at < incoming.rawHeaders.length; at += 2) {
    lines.push(`${incoming.rawHeaders[at]}: ${incoming.rawHeaders[at + 1]}`)
  }
  engine.write(`${lines.join('\r\n')}\r\n\r\n`)
  engine.write(head)
  client.pipe(engine)
  engine.once('data', (answer: Buffer) => {
    client.write(isUpgraded(answer) ? answer : forOnce(answer))
    engine.pipe(client)
  })
  engine.once('end', () => client.end())
  return engine
}

function isUpgraded(answer: Buffer): boolean {
  return answer.toString('latin1', 0, 'HTTP/1.1 101'.length) === 'HTTP/1.1 101'
}

/** A connection that was not upgraded would be used for other requests, of which nobody here would be asked. */
function forOnce(answer: Buffer): Buffer {
  return Buffer.from(answer.toString('latin1').replace('\r\n', '\r\nConnection: close\r\n'), 'latin1')
}
