import { once } from 'node:events'
import { connect } from 'node:net'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { useModelServers, type ModelReply, type ModelServer } from '../support/model-server/index.ts'
import {
  bodyOf,
  listen,
  parseSse,
  post,
  TEST_KEY,
  WIRE_CLIENTS,
  type WireClient,
} from '../support/wire-clients/index.ts'

const serve = useModelServers()

const CALLS: ModelReply = {
  reasoning: 'Ich überlege …',
  text: 'Ein Blick 🎉, dann die Tat.',
  calls: [{ shell: 'echo "ä" > out' }],
}

describe.each(WIRE_CLIENTS.map((client) => [client.format, client] as const))('%s', (_format, client) => {
  test('any cut of the stream says the same', async () => {
    const server = await serve({ scenario: ({ index }) => ({ ...CALLS, ...sizes[index] }) })
    const sizes: { chunkBytes?: number }[] = [{}]
    const {
      calls: [call],
      ...whole
    } = await listen(client, server.url)
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 400 }), async (chunkBytes) => {
        sizes[server.requests.length] = { chunkBytes }
        const { calls, ...heard } = await listen(client, server.url)
        expect(heard).toEqual(whole)
        expect(calls).toEqual([{ ...call, id: expect.any(String) as unknown }])
      }),
      { numRuns: 12 },
    )
  })

  test('no piece is longer than asked for', async () => {
    const server = await serve([{ ...CALLS, chunkBytes: 3 }])
    const pieces = await readPieces(server, client)
    expect(Math.max(...pieces.map((piece) => piece.length))).toBe(3)
    expect(client.hear(parseSse(Buffer.concat(pieces).toString('utf8'))).text).toBe(CALLS.text)
    // A character of four bytes cannot be whole.
    expect(pieces.some((piece) => piece.toString('utf8').includes('\ufffd'))).toBe(true)
  })

  test('a connection is dropped after some events', async () => {
    const server = await serve([
      { ...CALLS, dropAfterEvents: 3 },
      { ...CALLS, dropAfterEvents: 0 },
    ])
    expect(await heardUntilBroken(await post(client, server.url))).toMatchObject({ events: 3, broken: true })
    expect(await heardUntilBroken(await post(client, server.url))).toMatchObject({ events: 0, broken: true })
  })

  test('a stream stalls until somebody gives up', async () => {
    const server = await serve([{ ...CALLS, stallAfterEvents: 2 }])
    const reader = (await post(client, server.url)).body!.getReader()
    let text = ''
    while (text.split('\n\n').length < 3) text += Buffer.from((await reader.read()).value ?? []).toString('utf8')
    const next = reader.read().then(
      () => 'went on',
      () => 'was ended',
    )
    expect(text.split('\n\n')).toHaveLength(3)
    await server.close()
    expect(await next).toBe('was ended')
  })

  test.each([{ never: true }, { delayMs: 60_000, text: 'late' }])(
    '%o: others are answered meanwhile',
    async (reply) => {
      const server = await serve([reply, { text: 'Second.', delayMs: 1 }])
      const given = new AbortController()
      const first = post(client, server.url, { signal: given.signal })
      await expect.poll(() => server.requests.length).toBe(1)
      expect((await listen(client, server.url)).text).toBe('Second.')
      given.abort()
      await expect(first).rejects.toThrow(/abort/)
    },
  )
})

/** How many whole events came before the connection ended, and whether it ended as it should not. */
async function heardUntilBroken(response: Response): Promise<{ readonly events: number; readonly broken: boolean }> {
  const pieces: Uint8Array[] = []
  let broken = false
  try {
    const body: AsyncIterable<Uint8Array> = response.body!
    for await (const piece of body) pieces.push(piece)
  } catch {
    broken = true
  }
  return { events: Buffer.concat(pieces).toString('utf8').split('\n\n').length - 1, broken }
}

/** The pieces of a body as they stand on the wire, each with its length before it. */
async function readPieces(server: ModelServer, client: WireClient): Promise<readonly Buffer[]> {
  const body = JSON.stringify(bodyOf(client))
  const socket = connect(Number(new URL(server.url).port), '127.0.0.1')
  const headers = {
    ...client.headers(TEST_KEY),
    host: 'x',
    connection: 'close',
    'content-length': String(Buffer.byteLength(body)),
  }
  const lines = [
    `POST ${client.path(true)} HTTP/1.1`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    '',
    body,
  ]
  socket.write(lines.join('\r\n'))
  const got: Buffer[] = []
  socket.on('data', (data) => got.push(data))
  await once(socket, 'close')
  const all = Buffer.concat(got)
  const pieces: Buffer[] = []
  for (let place = all.indexOf('\r\n\r\n') + 4; ;) {
    const end = all.indexOf('\r\n', place)
    const length = Number.parseInt(all.toString('latin1', place, end), 16)
    if (length === 0) return pieces
    pieces.push(all.subarray(end + 2, end + 2 + length))
    place = end + 2 + length + 2
  }
}
