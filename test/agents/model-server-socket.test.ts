import { on, once } from 'node:events'
import { request } from 'node:http'
import type { Duplex } from 'node:stream'
import { describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { useModelServers, type ModelReply, type ModelServer } from '../support/model-server/index.ts'
import { at, TEST_KEY, TEST_MODEL } from '../support/wire-clients/index.ts'
import { responsesClient } from '../support/wire-clients/responses.ts'

const serve = useModelServers()

const CALLS: ModelReply = {
  reasoning: 'Ich überlege …',
  text: 'Ein Blick 🎉.',
  calls: [{ shell: 'true' }],
  usage: { input: 10, cached: 5, output: 2 },
}

describe('responses over a WebSocket', () => {
  test('a call, then only its result, by the response before it', async () => {
    const server = await serve([CALLS, { text: 'Done.' }])
    await using line = await open(server)
    const first = await line.ask({ input: responsesClient.messages() })
    const heard = responsesClient.hear(first)
    expect(heard).toMatchObject({ text: CALLS.text, reasoning: CALLS.reasoning, usage: CALLS.usage })
    const result = responsesClient.messages(heard.calls[0]).at(-1)
    const second = await line.ask({ input: [result], previous_response_id: at(first.at(-1), 'response', 'id') })
    expect(responsesClient.hear(second).text).toBe('Done.')
    expect(server.violations).toEqual([])
    expect(server.requests[1]).toMatchObject({
      format: 'responses',
      transport: 'websocket',
      key: TEST_KEY,
      model: TEST_MODEL,
    })
    // The message's own reasoning is no part of what is said.
    expect(server.requests[1]?.conversation.map(({ role }) => role)).toEqual(['user', 'assistant', 'assistant', 'tool'])
  })

  test('without the response before it the result has no call', async () => {
    const server = await serve([{ text: 'x' }])
    await using line = await open(server)
    await line.ask({ input: responsesClient.messages({ id: 'call_1', name: 'x', arguments: {} }).slice(-1) })
    expect(server.violations).toEqual([expect.stringContaining('the result call_1 has no call')])
  })

  test('a connection is warmed up without a turn', async () => {
    const server = await serve([{ text: 'Said.' }])
    await using line = await open(server)
    const warm = await line.ask({ input: responsesClient.messages(), generate: false })
    expect(warm.map((event) => at(event, 'type'))).toEqual([
      'response.created',
      'response.in_progress',
      'response.completed',
    ])
    const said = await line.ask({ input: [], previous_response_id: at(warm.at(-1), 'response', 'id') })
    expect(responsesClient.hear(said).text).toBe('Said.')
    expect(server.requests.map(({ conversation }) => conversation.map(({ text }) => text))).toEqual([['Do it.']])
  })

  test('errors are events, and the connection stays', async () => {
    const server = await serve([{ status: 429 }, { text: 'Again.' }])
    await using line = await open(server)
    const [refused] = await line.ask({ input: responsesClient.messages() })
    expect(refused).toMatchObject({ type: 'error', status: 429, error: { code: 'rate_limit_exceeded' } })
    expect(responsesClient.hear(await line.ask({ input: responsesClient.messages() })).text).toBe('Again.')
  })

  test('messages are cut into frames', async () => {
    const server = await serve([{ ...CALLS, chunkBytes: 3 }])
    await using line = await open(server)
    expect(responsesClient.hear(await line.ask({ input: responsesClient.messages() })).text).toBe(CALLS.text)
  })

  test('a connection is dropped after some events', async () => {
    const server = await serve([{ ...CALLS, dropAfterEvents: 3 }])
    await using line = await open(server)
    expect(await line.ask({ input: responsesClient.messages() })).toHaveLength(3)
    expect(line.socket.readyState).toBe(WebSocket.CLOSED)
  })

  test('a stream stalls until the server closes', async () => {
    const server = await serve([{ ...CALLS, stallAfterEvents: 2 }])
    await using line = await open(server)
    const asked = line.ask({ input: responsesClient.messages() })
    await expect.poll(() => line.seen.length).toBe(2)
    await server.close()
    expect(await asked).toHaveLength(2)
  })

  test('a client that talks nonsense is no failure of the server', async () => {
    const server = await serve([])
    const headers = { connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-version': '13' }
    const asked = request(`${server.url}/v1/responses`, {
      headers: { ...headers, 'sec-websocket-key': Buffer.alloc(16).toString('base64') },
    })
    asked.end()
    const stream = await new Promise<Duplex>((resolve) => asked.once('upgrade', (_response, stream) => resolve(stream)))
    stream.end(Buffer.from([0xff, 0xff, 0xff]))
    stream.resume()
    await once(stream, 'close')
    await server.close()
  })

  test('it can be refused', async () => {
    const server = await serve({ scenario: () => ({}), websocket: false })
    const socket = new WebSocket(addressOf(server))
    expect(String(await once(socket, 'error'))).toMatch(/404/)
  })
})

interface SocketLine extends AsyncDisposable {
  readonly socket: WebSocket
  /** All events so far. */
  readonly seen: readonly unknown[]
  /** The events of the answer, up to its last or to the end of the connection. */
  ask(fields: object): Promise<readonly unknown[]>
}

const LAST: ReadonlySet<unknown> = new Set(['response.completed', 'response.incomplete', 'error'])

async function open(server: ModelServer): Promise<SocketLine> {
  const socket = new WebSocket(addressOf(server), { headers: { authorization: `Bearer ${TEST_KEY}` } })
  await once(socket, 'open')
  const closed = once(socket, 'close')
  const seen: unknown[] = []
  socket.on('message', (data, isBinary) => {
    if (isBinary || !Buffer.isBuffer(data)) throw new Error('not text')
    seen.push(JSON.parse(data.toString('utf8')))
  })
  return {
    socket,
    seen,
    async ask(fields) {
      const before = seen.length
      socket.send(JSON.stringify({ ...responsesClient.body(true), ...fields, type: 'response.create' }))
      await Promise.race([closed, expectLast(socket, seen)])
      return seen.slice(before)
    },
    async [Symbol.asyncDispose]() {
      socket.close()
      await closed
    },
  }
}

async function expectLast(socket: WebSocket, seen: readonly unknown[]): Promise<void> {
  const ended = new AbortController()
  try {
    for await (const _message of on(socket, 'message', { signal: ended.signal, close: ['close'] }))
      if (LAST.has(at(seen.at(-1), 'type'))) return
  } finally {
    ended.abort()
  }
}

function addressOf({ url }: ModelServer): string {
  return `${url.replace('http:', 'ws:')}/v1/responses`
}
