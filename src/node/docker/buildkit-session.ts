import { randomUUID } from 'node:crypto'
import { type IncomingHttpHeaders, performServerHandshake, type ServerHttp2Stream } from 'node:http2'
import type { Duplex } from 'node:stream'
import type { BuildContext } from './build-context.ts'
import { sendFiles } from './buildkit-files.ts'
import type { Engine } from './engine.ts'
import { answerTo, GRPC_OK, GRPC_UNIMPLEMENTED, GRPC_UNKNOWN, type GrpcAnswer, readMessages } from './grpc.ts'
import { readFields, writeFields } from './protobuf.ts'
import type { RegistryAuth } from './registry-auth.ts'

const CREDENTIALS = '/moby.filesync.v1.Auth/Credentials'
const FILES = '/moby.filesync.v1.FileSync/DiffCopy'
const HEALTH = '/grpc.health.v1.Health/Check'
/** `HealthCheckResponse { status: SERVING }` */
const SERVING = Buffer.from([8, 1])

/** A session that BuildKit calls back on during a build. */
export interface BuildSession {
  readonly id: string
  close(): void
}

export interface SessionOptions {
  /** The context and its Dockerfile. */
  readonly context: BuildContext
  /** Builds with one key may take over what one another has sent, going by names, sizes and times. */
  readonly sharedKey: string
  /** Which credentials a registry gets: each only its own. */
  readonly credentialsOf: (registryHost: string) => Promise<RegistryAuth | null>
}

/**
 * Opens the session that BuildKit wants: gRPC over the upgraded connection, where the engine is the caller. dockerode's
 * own session gives one set of credentials to every registry, is dropped for not answering that it lives, and has no
 * files, without which engines with containerd's image store cannot build (moby issue 47717).
 */
export async function openBuildSession(
  engine: Pick<Engine, 'request'>,
  options: SessionOptions,
): Promise<BuildSession> {
  const id = randomUUID()
  const socket = await upgrade(engine, id, options.sharedKey)
  const session = performServerHandshake(socket)
  session.on('error', () => undefined)
  session.on('stream', (stream, headers) => {
    stream.on('error', () => undefined)
    serve(stream, headers, options).catch(() => stream.destroy())
  })
  return {
    id,
    close() {
      session.destroy()
      socket.destroy()
    },
  }
}

async function upgrade(engine: Pick<Engine, 'request'>, id: string, sharedKey: string): Promise<Duplex> {
  const request = engine.request({
    method: 'POST',
    path: '/session',
    headers: {
      Connection: 'Upgrade',
      Upgrade: 'h2c',
      'X-Docker-Expose-Session-Uuid': id,
      'X-Docker-Expose-Session-Name': 'tbcc',
      'X-Docker-Expose-Session-Sharedkey': sharedKey,
      'X-Docker-Expose-Session-Grpc-Method': [CREDENTIALS, FILES, HEALTH],
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

async function serve(stream: ServerHttp2Stream, headers: IncomingHttpHeaders, options: SessionOptions): Promise<void> {
  const answer = answerTo(stream)
  try {
    await answerCall(stream, headers, answer, options)
  } catch (error) {
    answer.end(GRPC_UNKNOWN, error instanceof Error ? error.message : String(error))
  }
}

async function answerCall(
  stream: ServerHttp2Stream,
  headers: IncomingHttpHeaders,
  answer: GrpcAnswer,
  { context, credentialsOf }: SessionOptions,
): Promise<void> {
  const messages = readMessages(stream)
  switch (headers[':path']) {
    case HEALTH:
      await answer.send(SERVING)
      break
    case CREDENTIALS:
      for await (const message of messages) await answer.send(await toCredentials(message, credentialsOf))
      break
    case FILES:
      await sendFiles(context.files(patternsOf(headers)), messages, answer)
      break
    default:
      answer.end(GRPC_UNIMPLEMENTED)
      return
  }
  answer.end(GRPC_OK)
}

/** The files asked for; more patterns come as more headers, which Node joins. */
function patternsOf(headers: IncomingHttpHeaders): string[] {
  const told = headers['include-patterns']
  const texts = Array.isArray(told) ? told : (told ?? '').split(', ')
  return texts.filter((text) => text !== '')
}

/** The host stands in field 1; the answer has the user name in 1 and the secret in 2, and is empty where there is none. */
async function toCredentials(
  request: Buffer,
  credentialsOf: (registryHost: string) => Promise<RegistryAuth | null>,
): Promise<Buffer> {
  const host = [...readFields(request)].find(({ number }) => number === 1)?.bytes ?? new Uint8Array(0)
  const auth = await credentialsOf(Buffer.from(host).toString('utf8'))
  if (auth === null) return Buffer.alloc(0)
  if (auth.identitytoken !== undefined) return writeFields({ 2: auth.identitytoken })
  return writeFields({ 1: auth.username ?? '', 2: auth.password ?? '' })
}
