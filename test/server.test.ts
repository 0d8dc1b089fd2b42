import { once } from 'node:events'
import { mkdtempSync } from 'node:fs'
import { mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { request as httpRequest, type IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { z } from 'zod'
import { AppError } from '../src/contract/errors.ts'
import { createClient } from '../src/rpc/client.ts'
import { serve } from '../src/rpc/serve.ts'
import { openSocketLink } from '../src/rpc/socket-link.ts'
import { createAccess } from '../src/server/access.ts'
import { createServer, type RunningServer, type ServerOptions } from '../src/server/server.ts'
import { createTestEngine, procedures, topics } from './contract/rpc-table.ts'
import { makeServerKeys, noTlsFront } from './support/tls-front.ts'

/*
 * The server over real sockets: what it hands out, to whom it opens the engine, and every refusal.
 */

const folder = mkdtempSync(join(tmpdir(), 'tbcc-server-'))
const pageDir = join(folder, 'page')
const SCRIPT = `console.log(${JSON.stringify('x'.repeat(5000))})`
const engine = createTestEngine()
let server: RunningServer

const start = async (options: Partial<ServerOptions> = {}): Promise<RunningServer> =>
  createServer({
    port: 0,
    host: '127.0.0.1',
    tls: null,
    pageDir,
    serve: async (link) => serve({ procedures, topics, ...engine }, link, { version: '1.2.3', protocol: 1 }),
    ...options,
  })

beforeAll(async () => {
  await mkdir(join(pageDir, 'assets'), { recursive: true })
  await writeFile(join(pageDir, 'index.html'), '<!doctype html>')
  await writeFile(join(pageDir, 'assets', 'index-AbCd1234.js'), SCRIPT)
  await writeFile(join(pageDir, 'icon.svg'), '<svg/>')
  await writeFile(join(folder, 'outside.txt'), 'outside')
  await symlink(join(folder, 'outside.txt'), join(pageDir, 'link.txt'))
  server = await start()
})
afterAll(async () => {
  await server.close()
  expect(engine.open()).toBe(0)
  await rm(folder, { recursive: true, force: true })
})

interface Answer {
  readonly status: number
  readonly headers: IncomingMessage['headers']
  readonly body: Buffer
}

interface Asked {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly to?: RunningServer
  readonly ca?: Buffer
}

/** The path goes out as it is: nothing is made of `..` before. */
async function ask(path: string, { method = 'GET', headers = {}, to = server, ca }: Asked = {}): Promise<Answer> {
  const options = { host: '127.0.0.1', port: to.port, path, method, headers, agent: false as const }
  const request = ca === undefined ? httpRequest(options) : httpsRequest({ ...options, ca })
  request.end()
  const answered = new Promise<IncomingMessage>((resolve, reject) => {
    request.on('response', resolve)
    request.on('error', reject)
  })
  const response = await answered
  const chunks: Buffer[] = []
  response.on('data', (chunk: Buffer) => chunks.push(chunk))
  await once(response, 'end')
  return { status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) }
}

const bearer = (token: string) => ({ authorization: `Bearer ${token}` })

async function cookieOf(to = server): Promise<string> {
  const { status, headers } = await ask('/session', { method: 'POST', headers: bearer(to.token), to })
  expect(status).toBe(204)
  return headers['set-cookie']?.[0]?.split(';')[0] ?? ''
}

/** 101 where the WebSocket opened, else the status of the refusal. */
async function upgrade(headers: Readonly<Record<string, string>>, path = '/rpc', to = server): Promise<number> {
  const socket = new WebSocket(`ws://127.0.0.1:${to.port}${path}`, { headers })
  socket.on('error', () => undefined)
  const status = await new Promise<number>((resolve) => {
    socket.on('open', () => resolve(101))
    socket.on('unexpected-response', (_request, response) => {
      resolve(response.statusCode ?? 0)
      response.destroy()
    })
  })
  socket.terminate()
  return status
}

async function open(to = server): Promise<WebSocket> {
  const socket = new WebSocket(`ws://127.0.0.1:${to.port}/rpc`, { headers: bearer(to.token) })
  await once(socket, 'open')
  return socket
}

async function closeCode(socket: WebSocket): Promise<number> {
  return new Promise((resolve) => {
    socket.on('close', resolve)
  })
}

async function nextText(socket: WebSocket): Promise<string> {
  return new Promise((resolve) => {
    socket.once('message', (data: Buffer) => resolve(data.toString()))
  })
}

const Answer = z.object({ result: z.object({ subscription: z.number() }) })
const HINT = 'give --tls-cert and --tls-key; or leave --host out and use an ssh tunnel; or accept it with --insecure'

describe('the page', () => {
  test('is handed out with its types, compressed where it gains', async () => {
    const index = await ask('/')
    expect(index).toMatchObject({ status: 200, headers: { 'content-type': 'text/html; charset=utf-8' } })
    expect(index.headers['cache-control']).toBe('no-cache')
    const script = await ask('/assets/index-AbCd1234.js', { headers: { 'accept-encoding': 'gzip, br' } })
    expect(script.headers).toMatchObject({
      'content-type': 'text/javascript; charset=utf-8',
      'content-encoding': 'gzip',
      'cache-control': 'public, max-age=31536000, immutable',
    })
    expect(script.body.byteLength).toBeLessThan(SCRIPT.length / 10)
    expect(gunzipSync(script.body).toString()).toBe(SCRIPT)
    expect((await ask('/assets/index-AbCd1234.js')).body.toString()).toBe(SCRIPT)
  })

  test('is not sent again while it is the same', async () => {
    const { headers } = await ask('/icon.svg')
    const again = await ask('/icon.svg', { headers: { 'if-none-match': headers.etag ?? '' } })
    expect(again).toMatchObject({ status: 304 })
    expect(again.body.byteLength).toBe(0)
    expect((await ask('/icon.svg', { method: 'HEAD' })).body.byteLength).toBe(0)
  })

  test.each(['/', '/nothing', '/session', '/rpc'])('%s comes with the strict policy', async (path) => {
    const { headers } = await ask(path)
    expect(headers['content-security-policy']).toMatch(/^default-src 'none'; script-src 'self'; /)
    for (const part of ["frame-ancestors 'none'", "base-uri 'none'", "form-action 'none'", "connect-src 'self'"]) {
      expect(headers['content-security-policy']).toContain(part)
    }
    expect(headers['content-security-policy']).not.toMatch(/unsafe-eval|script-src[^;]*unsafe/)
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
    })
  })

  test.each([
    '/../outside.txt',
    '/assets/../../outside.txt',
    '/%2e%2e/outside.txt',
    '/..%2foutside.txt',
    '/..\\outside.txt',
    '//outside.txt',
    '/link.txt',
    '/assets',
    '/index.html%00.js',
    'http://127.0.0.1/../outside.txt',
  ])('%s is nothing', async (path) => {
    expect((await ask(path)).status).toBe(404)
  })

  test('takes no other method', async () => {
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS']) expect((await ask('/', { method })).status).toBe(405)
  })
})

describe('the token', () => {
  test('has 256 bits, stands in the fragment of the URL, and is another one every time', async () => {
    expect(Buffer.from(server.token, 'base64url').byteLength).toBe(32)
    expect(server.url).toBe(`http://127.0.0.1:${server.port}/#token=${server.token}`)
    const other = await start()
    expect(other.token).not.toBe(server.token)
    await other.close()
  })

  test('is exchanged for a cookie of its own, which no script reads and no other site sends', async () => {
    const { headers } = await ask('/session', { method: 'POST', headers: bearer(server.token) })
    const [cookie = ''] = headers['set-cookie'] ?? []
    expect(cookie).toMatch(new RegExp(`^tbcc_session_${server.port}=[\\w-]{43}; Path=/; HttpOnly; SameSite=Strict$`))
    expect(cookie).not.toContain(server.token)
    expect(await upgrade({ cookie: cookie.split(';')[0] ?? '' })).toBe(101)
    expect((await ask('/session', { headers: { cookie: cookie.split(';')[0] ?? '' } })).status).toBe(204)
  })

  test.each([
    ['none', {}],
    ['a wrong one', bearer('x'.repeat(43))],
    ['a short one', bearer('x')],
    ['one in another scheme', { authorization: 'Basic eDp4' }],
    ['a wrong cookie', { cookie: 'tbcc_session_1=x; other=y' }],
  ])('%s opens nothing: 401', async (_what, headers: Record<string, string>) => {
    const fresh = await start()
    expect((await ask('/session', { method: 'POST', headers, to: fresh })).status).toBe(401)
    expect((await ask('/session', { headers, to: fresh })).status).toBe(401)
    expect(await upgrade(headers, '/rpc', fresh)).toBe(401)
    expect(await upgrade({ ...headers, cookie: `tbcc_session_${fresh.port}=${fresh.token}` }, '/rpc', fresh)).toBe(401)
    await fresh.close()
  })

  test('in the address or a body is no token', async () => {
    expect(await upgrade({}, `/rpc?token=${server.token}`)).toBe(401)
    expect((await ask(`/session?token=${server.token}`, { method: 'POST' })).status).toBe(401)
  })

  test('a cookie of another server on this machine opens nothing', async () => {
    const other = await start()
    const [, value = ''] = (await cookieOf(other)).split('=')
    expect(await upgrade({ cookie: `tbcc_session_${server.port}=${value}` })).toBe(401)
    await other.close()
  })

  test('is not looked at after too many wrong ones; open sessions go on', async () => {
    const other = await start()
    const cookie = await cookieOf(other)
    const post = async (token: string) =>
      (await ask('/session', { method: 'POST', headers: bearer(token), to: other })).status
    const statuses: number[] = []
    for (let tries = 0; tries < 11; tries += 1) statuses.push(await post(`wrong-${tries}`))
    expect(statuses).toEqual([...Array.from({ length: 10 }, () => 401), 429])
    expect(await post(other.token)).toBe(429)
    expect(await upgrade(bearer(other.token), '/rpc', other)).toBe(429)
    expect(await upgrade({ cookie }, '/rpc', other)).toBe(101)
    await other.close()
  })

  test('is looked at again after a while, and always from other addresses', () => {
    let nowMs = 0
    const access = createAccess(1, () => nowMs)
    for (let tries = 0; tries < 10; tries += 1) expect(access.checkToken(`wrong-${tries}`, 'a')).toBe('wrong')
    expect(access.checkToken(access.token, 'a')).toBe('too-many')
    expect(access.checkToken(access.token, 'b')).toBe('right')
    nowMs = 60_001
    expect(access.checkToken(access.token, 'a')).toBe('right')
  })

  test('is not locked out by a forgotten tab, which asks with one old token again and again', async () => {
    const other = await start()
    const post = async (token: string) =>
      (await ask('/session', { method: 'POST', headers: bearer(token), to: other })).status
    for (let tries = 0; tries < 30; tries += 1) expect(await post('old')).toBe(401)
    expect(await post(other.token)).toBe(204)
    await other.close()
  })
})

describe('another site', () => {
  test.each(['http://evil.example', 'null', 'http://127.0.0.1:1', 'http://localhost.evil.example', 'file://', 'x'])(
    'at the origin %s is refused: 403',
    async (origin) => {
      const cookie = await cookieOf()
      expect(await upgrade({ cookie, origin })).toBe(403)
      const headers = { ...bearer(server.token), origin }
      expect((await ask('/session', { method: 'POST', headers })).status).toBe(403)
      expect((await ask('/', { headers: { origin } })).status).toBe(403)
    },
  )

  test.each(['evil.example', '127.0.0.1.evil.example', 'localhost@evil.example', 'a b', '192.0.2.1'])(
    'that leads here by the name %j is refused: 403',
    async (host) => {
      const cookie = await cookieOf()
      expect(await upgrade({ cookie, host, origin: `http://${host}` })).toBe(403)
      expect((await ask('/', { headers: { host } })).status).toBe(403)
    },
  )

  test.each(['localhost', '127.0.0.1', '[::1]', 'LOCALHOST:9999', 'bench.example'])(
    'is not what %s is',
    async (host) => {
      const other = await start({ allowedHosts: ['bench.example'] })
      const cookie = await cookieOf(other)
      expect(await upgrade({ cookie, host, origin: `http://${host}` }, '/rpc', other)).toBe(101)
      expect(await upgrade({ cookie, host, origin: `https://${host}` }, '/rpc', other)).toBe(101)
      await other.close()
    },
  )
})

describe('the WebSocket', () => {
  test('is at /rpc only, and only one', async () => {
    expect(await upgrade(bearer(server.token), '/other')).toBe(404)
    expect((await ask('/rpc', { headers: bearer(server.token) })).status).toBe(426)
  })

  test('serves the engine', async () => {
    const client = createClient({
      procedures,
      topics,
      protocol: 1,
      connect: async (signal) =>
        openSocketLink(new WebSocket(`ws://127.0.0.1:${server.port}/rpc`, { headers: bearer(server.token) }), signal),
    })
    expect(await client.call('math.add', { a: 1, b: 2 })).toBe(3)
    client.close()
  })

  test('answers what is no JSON, and goes on', async () => {
    const socket = await open()
    const answers: string[] = []
    socket.on('message', (data: Buffer) => answers.push(data.toString()))
    socket.send('{"jsonrpc"')
    await once(socket, 'message')
    expect(JSON.parse(answers[0] ?? '')).toMatchObject({ id: null, error: { code: -32_700 } })
    socket.send('{"jsonrpc":"2.0","id":1,"method":"math.add","params":{"a":1}}')
    await once(socket, 'message')
    expect(JSON.parse(answers[1] ?? '')).toMatchObject({ id: 1, result: 2 })
    socket.terminate()
  })

  test('is closed for a binary message: 1003', async () => {
    const socket = await open()
    socket.send(Buffer.from('{}'))
    expect(await closeCode(socket)).toBe(1003)
  })

  test('is closed for a message over 4 MiB, before it is read: 1009', async () => {
    const socket = await open()
    const text = 'x'.repeat(4 * 1024 ** 2 - 200)
    socket.send(JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'text.echo', params: { text } }))
    expect((await nextText(socket)).length).toBeGreaterThan(text.length)
    socket.send('x'.repeat(4 * 1024 ** 2 + 1))
    expect(await closeCode(socket)).toBe(1009)
  })

  test('is closed where its frames are none', async () => {
    const raw = connect(server.port, '127.0.0.1')
    const key = Buffer.alloc(16).toString('base64')
    raw.write(
      `GET /rpc HTTP/1.1\r\nhost: localhost\r\nconnection: Upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: ${key}\r\nauthorization: Bearer ${server.token}\r\n\r\n`,
    )
    await once(raw, 'data')
    raw.write(Buffer.from('this is no frame at all'))
    raw.resume()
    await once(raw, 'close')
  })

  test('is closed where its peer gives no sign of life, and its sources with it', async () => {
    // Long enough that a machine which is busy elsewhere does not count as one that is asleep.
    const other = await start({ heartbeatMs: 500 })
    const socket = await open(other)
    socket.send('{"jsonrpc":"2.0","id":1,"method":"rpc.subscribe","params":{"topic":"log.lines"}}')
    await engine.busy(1)
    // It neither reads nor answers any more, as a machine that was put to sleep.
    socket.pause()
    await engine.idle()
    socket.terminate()
    await other.close()
  })

  test('makes the engine wait for a peer that does not read', async () => {
    const socket = await open()
    const before = engine.pulled()
    // Acknowledged ahead of time, so that only the socket itself holds it back.
    const text = 'x'.repeat(100_000)
    const params = { topic: 'numbers.all', params: { text } }
    socket.send(JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'rpc.subscribe', params }))
    const { subscription } = Answer.parse(JSON.parse(await nextText(socket))).result
    socket.pause()
    let last = -1
    for (let still = 0; still < 10; still = engine.pulled() === last ? still + 1 : 0) {
      last = engine.pulled()
      socket.send(JSON.stringify({ jsonrpc: '2.0', method: 'rpc.ack', params: { subscription, batches: 1 } }))
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
    // What fits into the buffers of both ends, which no system lets grow to this.
    expect((engine.pulled() - before) * text.length).toBeLessThan(60 * 1024 ** 2)
    socket.terminate()
    await engine.idle()
  })
})

describe('an address beyond this machine', () => {
  test('needs TLS or --insecure', async () => {
    const error = await start({ host: '0.0.0.0' }).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(AppError)
    expect(error).toMatchObject({
      code: 'invalid-input',
      details: { hint: HINT },
    })
    const other = await start({ host: '0.0.0.0', insecure: true })
    expect((await ask('/', { to: other })).status).toBe(200)
    expect((await ask('/', { headers: { host: 'evil.example' }, to: other })).status).toBe(403)
    await other.close()
  })

  test.skipIf(noTlsFront !== null)('with TLS: https, and a cookie for it alone', async () => {
    await makeServerKeys(folder)
    const read = async (name: string) => readFile(join(folder, name))
    const [ca, cert, key] = await Promise.all(['ca.pem', 'server-cert.pem', 'server-key.pem'].map(read))
    const other = await start({ host: '0.0.0.0', tls: { cert: cert!, key: key! } })
    expect(other.url).toMatch(/^https:/)
    const { headers } = await ask('/session', { method: 'POST', headers: bearer(other.token), to: other, ca: ca! })
    expect(headers['set-cookie']?.[0]).toMatch(/; HttpOnly; SameSite=Strict; Secure$/)
    await other.close()
  })
})

test('a port that is taken, keys that are none and a page that is not built are said', async () => {
  await expect(start({ port: server.port })).rejects.toMatchObject({ code: 'busy' })
  await expect(start({ tls: { cert: 'x', key: 'y' } })).rejects.toMatchObject({ code: 'invalid-input' })
  await expect(start({ pageDir: join(folder, 'nowhere') })).rejects.toMatchObject({ code: 'not-found' })
})
