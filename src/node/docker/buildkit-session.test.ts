import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type IncomingHttpHeaders, request as httpRequest, type Server } from 'node:http'
import { type ClientHttp2Session, connect } from 'node:http2'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Duplex } from 'node:stream'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openBuildContext } from './build-context.ts'
import { type BuildSession, openBuildSession } from './buildkit-session.ts'
import type { Engine } from './engine.ts'
import { readFields, writeFields } from './protobuf.ts'

/* The builder's side of the wire, by hand: engines ask for less than the protocol allows. */

let folder = ''
let server: Server
let session: BuildSession
let builder: ClientHttp2Session
let upgraded: IncomingHttpHeaders = {}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tbcc-session-'))
  await writeFile(join(folder, 'Dockerfile'), 'FROM x\n')
  await writeFile(join(folder, 'big'), 'x'.repeat(100_000))
  server = createServer().listen(join(folder, 'sock'))
  await once(server, 'listening')
  const upgrade = new Promise<Duplex>((resolve) => {
    server.once('upgrade', ({ headers }, socket: Duplex) => {
      upgraded = headers
      socket.write('HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n')
      resolve(socket)
    })
  })
  session = await openBuildSession(engineAt(join(folder, 'sock')), {
    context: await openBuildContext(folder, new Map()),
    sharedKey: 'the-key',
    credentialsOf: async (host) =>
      host === 'known' ? { serveraddress: host, username: 'me', password: 'secret' } : null,
  })
  const socket = await upgrade
  builder = connect('http://builder', { createConnection: () => socket })
})
afterEach(async () => {
  builder.destroy()
  session.close()
  server.closeAllConnections()
  server.close()
  await rm(folder, { recursive: true })
})

test('tells its key, and what it answers', () => {
  expect(upgraded['x-docker-expose-session-uuid']).toBe(session.id)
  expect(upgraded['x-docker-expose-session-sharedkey']).toBe('the-key')
  expect(upgraded['x-docker-expose-session-grpc-method']).toContain('/moby.filesync.v1.FileSync/DiffCopy')
})

test('says that it lives', async () => {
  const { messages, status } = await call('/grpc.health.v1.Health/Check', [Buffer.alloc(0)])
  expect(messages.map((message) => [...readFields(message)])).toMatchObject([[{ number: 1, value: 1 }]])
  expect(status).toBe('0')
})

test('gives each registry its own credentials and no other', async () => {
  const path = '/moby.filesync.v1.Auth/Credentials'
  const known = await call(path, [writeFields({ 1: 'known' })])
  expect(texts(known.messages[0])).toEqual({ 1: 'me', 2: 'secret' })
  const unknown = await call(path, [writeFields({ 1: 'unknown' })])
  expect(unknown).toEqual({ messages: [Buffer.alloc(0)], status: '0' })
})

test('refuses what it does not know', async () => {
  expect(await call('/moby.filesync.v1.Auth/GetTokenAuthority', [Buffer.alloc(0)])).toEqual({
    messages: [],
    status: '12',
  })
})

test('lists files, sends those asked for, and ends when told so', async () => {
  const files = [writeFields({ 1: 1, 3: 1 }), writeFields({ 1: 3 })]
  const { messages, status } = await call('/moby.filesync.v1.FileSync/DiffCopy', files, { 'dir-name': 'context' }, 3)
  const packets = messages.map((message) => [...readFields(message)])
  const type = (packet: (typeof packets)[number]) => packet.find(({ number }) => number === 1)?.value ?? 0
  const stats = packets
    .filter((packet) => type(packet) === 0)
    .map((packet) => packet.find(({ number }) => number === 2))
  expect(stats.map((stat) => (stat === undefined ? null : texts(Buffer.from(stat.bytes))[1]))).toEqual([
    'Dockerfile',
    'big',
    null,
  ])
  const data = packets.filter((packet) => type(packet) === 2)
  const bytes = data.map((packet) => packet.find(({ number }) => number === 4)?.bytes ?? new Uint8Array(0))
  expect(Buffer.concat(bytes).toString()).toBe('x'.repeat(100_000))
  expect(bytes.at(-1)).toHaveLength(0)
  expect(type(packets.at(-1) ?? [])).toBe(3)
  expect(status).toBe('0')
})

test('sends only the files that are named', async () => {
  const headers = { 'dir-name': 'dockerfile', 'include-patterns': ['Dockerfile', 'dockerfile'] }
  const { messages } = await call('/moby.filesync.v1.FileSync/DiffCopy', [writeFields({ 1: 3 })], headers, 2)
  const names = messages.flatMap((message) =>
    [...readFields(message)].filter(({ number }) => number === 2).map(({ bytes }) => texts(Buffer.from(bytes))[1]),
  )
  expect(names).toEqual(['Dockerfile'])
})

test('complaints of the builder end the call with them', async () => {
  const complaint = [writeFields({ 1: 4, 4: 'no room left' })]
  expect((await call('/moby.filesync.v1.FileSync/DiffCopy', complaint, {}, 3)).status).toBe('2')
  const wrong = [writeFields({ 1: 1, 3: 77 })]
  expect((await call('/moby.filesync.v1.FileSync/DiffCopy', wrong, {}, 3)).status).toBe('2')
})

/** A call: sends its messages once `after` answers have come, and reads to the end. */
async function call(
  path: string,
  sent: readonly Uint8Array[],
  headers: Record<string, string | string[]> = {},
  after = 0,
) {
  const stream = builder.request({ ':method': 'POST', ':path': path, 'content-type': 'application/grpc', ...headers })
  const messages: Buffer[] = []
  let rest = Buffer.alloc(0)
  let isSent = false
  let status: unknown = null
  stream.once('trailers', (trailers: IncomingHttpHeaders) => {
    status = trailers['grpc-status']
  })
  const send = (): void => {
    isSent = true
    for (const message of sent) stream.write(framed(message))
    stream.end()
  }
  if (after === 0) send()
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    rest = Buffer.concat([rest, chunk])
    for (let end = 5 + length(rest); rest.length >= end; end = 5 + length(rest)) {
      messages.push(rest.subarray(5, end))
      rest = rest.subarray(end)
      if (!isSent && messages.length === after) send()
    }
  }
  return { messages, status }
}

function length(bytes: Buffer): number {
  return bytes.length < 5 ? Infinity : bytes.readUInt32BE(1)
}

function framed(message: Uint8Array): Buffer {
  const prefix = Buffer.alloc(5)
  prefix.writeUInt32BE(message.length, 1)
  return Buffer.concat([prefix, message])
}

function texts(message: Buffer | undefined): Record<number, string> {
  const fields = [...readFields(message ?? Buffer.alloc(0))]
  return Object.fromEntries(fields.map(({ number, bytes }) => [number, Buffer.from(bytes).toString()]))
}

function engineAt(socketPath: string): Pick<Engine, 'request'> {
  return { request: (options) => httpRequest({ socketPath, ...options }) }
}
