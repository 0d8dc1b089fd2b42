import { randomUUID } from 'node:crypto'
import { performServerHandshake, type ServerHttp2Stream } from 'node:http2'
import type { Duplex } from 'node:stream'
import type { Engine } from './engine.ts'
import { readFields, writeTexts } from './protobuf.ts'
import type { RegistryAuth } from './registry-auth.ts'

const CREDENTIALS = '/moby.filesync.v1.Auth/Credentials'
const HEALTH = '/grpc.health.v1.Health/Check'
/** `HealthCheckResponse { status: SERVING }` */
const SERVING = Buffer.from([8, 1])
const OK = 0
const UNIMPLEMENTED = 12

/** A session that BuildKit calls back on during a build. */
export interface BuildSession {
  readonly id: string
  close(): void
}

/**
 * Opens the session that BuildKit wants before it asks a registry: gRPC over the upgraded connection, where the engine
 * is the caller. It answers which credentials a registry gets (each only its own) and that it lives; dockerode's own
 * session gives one set of credentials to every registry and is dropped for not answering the second question.
 */
export async function openBuildSession(
  engine: Engine,
  credentialsOf: (registryHost: string) => Promise<RegistryAuth | null>,
): Promise<BuildSession> {
  const id = randomUUID()
  const socket = await upgrade(engine, id)
  const session = performServerHandshake(socket)
  session.on('error', () => undefined)
  session.on('stream', (stream, headers) => {
    serve(stream, headers[':path'] ?? '', credentialsOf).catch(() => stream.destroy())
  })
  return {
    id,
    close() {
      session.destroy()
      socket.destroy()
    },
  }
}

async function upgrade(engine: Engine, id: string): Promise<Duplex> {
  const request = engine.request({
    method: 'POST',
    path: '/session',
    headers: {
      Connection: 'Upgrade',
      Upgrade: 'h2c',
      'X-Docker-Expose-Session-Uuid': id,
      'X-Docker-Expose-Session-Name': 'tbcc',
      'X-Docker-Expose-Session-Grpc-Method': [CREDENTIALS, HEALTH],
    },
  })
  return new Promise((resolve, reject) => {
    request.once('error', reject)
    request.once('response', (response) => {
      request.destroy(new Error(`the engine refuses build sessions with status ${response.statusCode}`))
    })
    request.once('upgrade', (_, socket, head) => {
      socket.on('error', () => undefined)
      if (head.length > 0) socket.unshift(head)
      resolve(socket)
    })
    request.end()
  })
}

async function serve(
  stream: ServerHttp2Stream,
  path: string,
  credentialsOf: (registryHost: string) => Promise<RegistryAuth | null>,
): Promise<void> {
  stream.on('error', () => undefined)
  const request = await readMessage(stream)
  if (path === HEALTH) reply(stream, OK, SERVING)
  else if (path === CREDENTIALS) reply(stream, OK, await toCredentials(request, credentialsOf))
  else reply(stream, UNIMPLEMENTED, null)
}

/** The host stands in field 1; the answer has the user name in 1 and the secret in 2, and is empty where there is none. */
async function toCredentials(
  request: Buffer,
  credentialsOf: (registryHost: string) => Promise<RegistryAuth | null>,
): Promise<Buffer> {
  const host = [...readFields(request)].find(({ number }) => number === 1)?.bytes ?? new Uint8Array(0)
  const auth = await credentialsOf(Buffer.from(host).toString('utf8'))
  if (auth === null) return Buffer.alloc(0)
  if (auth.identitytoken !== undefined) return writeTexts({ 2: auth.identitytoken })
  return writeTexts({ 1: auth.username ?? '', 2: auth.password ?? '' })
}

/** gRPC puts five bytes before a message: whether it is compressed, and its length. */
const PREFIX_BYTES = 5

async function readMessage(stream: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of stream) chunks.push(chunk)
  return Buffer.concat(chunks).subarray(PREFIX_BYTES)
}

function reply(stream: ServerHttp2Stream, status: number, message: Buffer | null): void {
  stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true })
  stream.once('wantTrailers', () => stream.sendTrailers({ 'grpc-status': String(status) }))
  if (message === null) {
    stream.end()
    return
  }
  const prefix = Buffer.alloc(PREFIX_BYTES)
  prefix.writeUInt32BE(message.length, 1)
  stream.end(Buffer.concat([prefix, message]))
}
