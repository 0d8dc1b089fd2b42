import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { AppError, type ErrorCode } from '../../src/contract/errors.ts'
import { type Client, createClient } from '../../src/rpc/client.ts'
import type { Link } from '../../src/rpc/link.ts'
import { serve, type ServeLimits } from '../../src/rpc/serve.ts'
import {
  createTestEngine,
  procedures,
  type Procedures,
  type TestEngine,
  topics,
  type Topics,
  wrongly,
} from './rpc-table.ts'

/** Two ends of a new link: the engine's and the page's. */
export type OpenPair = () => Promise<readonly [engine: Link, page: Link]>

/** A kind of link, open for one test. */
export interface LinksUnderTest extends AsyncDisposable {
  readonly pair: OpenPair
}

const PROTOCOL = 7

/** What serve() and createClient() do over every kind of link. */
export function describeRpc(name: string, open: () => Promise<LinksUnderTest>): void {
  describe(`rpc over ${name}`, () => {
    let links: LinksUnderTest
    let bed: Bed
    beforeEach(async () => {
      links = await open()
      bed = createBed(links.pair)
    })
    afterEach(async () => {
      await bed.dispose()
      await links[Symbol.asyncDispose]()
    })

    describe('a call', () => {
      it('gets its answer, with the defaults of its input', async () => {
        expect(await bed.client.call('math.add', { a: 2 })).toBe(3)
        expect(await bed.client.call('math.add', { a: 2, b: 40 })).toBe(42)
      })

      it('carries any text', async () => {
        const text = '\u0000 \u2028 \ud83d\ude00 "\\ \n'.repeat(5000)
        expect(await bed.client.call('text.echo', { text })).toBe(text)
      })

      it('fails with the AppError that was thrown, without its cause', async () => {
        const error = await failureOf(bed.client.call('fail.known', {}))
        expect(error).toMatchObject({ code: 'storage-full', message: 'the disk is full' })
        expect(error.details).toEqual({ hint: 'make room', freeBytes: 0 })
        expect(error.cause).toBeUndefined()
        expect(bed.faults).toEqual([])
      })

      it('tells nothing of a mistake but that there was one; this side is told all', async () => {
        const error = await failureOf(bed.client.call('fail.unknown', {}))
        expect(error.code).toBe('internal')
        expect(`${error.message}${JSON.stringify(error.details)}`).not.toMatch(/secret/)
        expect(bed.faults).toEqual([expect.objectContaining({ message: matching(/secret/) })])
      })

      it('is refused for a wrong input, before its handler', async () => {
        const wrong = wrongly<{ a: number }>({ a: 'two' })
        const error = await failureOf(bed.client.call('math.add', wrong))
        expect(error).toMatchObject({ code: 'invalid-input', message: matching(/^a: /) })
      })

      it('is refused for a wrong output', async () => {
        const error = await failureOf(bed.client.call('answer.wrong', {}))
        expect(error).toMatchObject({ code: 'internal', message: matching(/answer\.wrong/) })
      })

      it('is cancelled by its signal: here at once, and there too', async () => {
        const giveUp = new AbortController()
        const call = failureOf(bed.client.call('wait.forever', {}, { signal: giveUp.signal }))
        await bed.engine.busy(1)
        giveUp.abort()
        expect(await call).toMatchObject({ code: 'cancelled' })
        await bed.engine.idle()
        expect(await bed.client.call('math.add', { a: 1 })).toBe(2)
      })

      it('ends there when the link closes, and rejects here with "disconnected"', async () => {
        const call = failureOf(bed.client.call('wait.forever', {}))
        await bed.engine.busy(1)
        bed.cut()
        expect(await call).toMatchObject({ code: 'disconnected' })
        await bed.engine.idle()
      })

      it('is refused beyond so many at once, and taken again afterwards', async () => {
        await bed.use({ calls: 2 })
        const giveUp = new AbortController()
        const calls = [1, 2].map(async () => failureOf(bed.client.call('wait.forever', {}, { signal: giveUp.signal })))
        await bed.engine.busy(2)
        expect(await failureOf(bed.client.call('math.add', { a: 1 }))).toMatchObject({ code: 'busy' })
        giveUp.abort()
        await Promise.all(calls)
        await bed.engine.idle()
        expect(await bed.client.call('math.add', { a: 1 })).toBe(2)
      })
    })

    describe('a subscription', () => {
      it('replays what there is, follows, and ends', async () => {
        bed.engine.write(1000)
        const read = follow(bed.client)
        await read.until(1000)
        bed.engine.write(500)
        await read.until(1500)
        bed.engine.closeLog()
        await read.ended
        expect(read.lines).toEqual(count(1500))
        await bed.engine.idle()
      })

      it('gets what is ready at once in one message', async () => {
        bed.engine.write(100)
        bed.engine.closeLog()
        const read = follow(bed.client)
        await read.ended
        expect(read.batches).toEqual([100])
      })

      it('starts after the line it names', async () => {
        bed.engine.write(10)
        bed.engine.closeLog()
        const read = follow(bed.client, { after: 7 })
        await read.ended
        expect(read.lines).toEqual([8, 9, 10])
      })

      it('ends its source when it is given up, and hears no more', async () => {
        const read = follow(bed.client)
        const other = follow(bed.client)
        bed.engine.write(1)
        await Promise.all([read.until(1), other.until(1)])
        read.stop()
        bed.engine.write(1)
        await other.until(2)
        await bed.engine.busy(1)
        expect(read.lines).toEqual([1])
        expect(read.isEnded()).toBe(false)
        other.stop()
        await bed.engine.idle()
      })

      it('that is given up before the engine knows of it leaves nothing open', async () => {
        follow(bed.client).stop()
        expect(await bed.client.call('math.add', { a: 1 })).toBe(2)
        const read = follow(bed.client)
        read.stop()
        expect(await bed.client.call('math.add', { a: 1 })).toBe(2)
        await bed.engine.idle()
      })

      it('ends a source that does not look at its signal', async () => {
        const stop = bed.client.subscribe('nothing.deaf', {}, { onItems: () => undefined })
        await bed.engine.busy(1)
        stop()
        await bed.engine.idle()
        bed.client.subscribe('nothing.deaf', {}, { onItems: () => undefined })
        await bed.engine.busy(1)
        bed.cut()
        await bed.engine.idle()
      })

      it('gets what came before an error, then the error', async () => {
        const seen: unknown[] = []
        const error = await new Promise<AppError>((resolve) => {
          bed.client.subscribe('numbers.broken', {}, { onItems: (items) => void seen.push(...items), onError: resolve })
        })
        expect(seen).toEqual([1])
        expect(error).toMatchObject({ code: 'environment-gone', message: 'it is gone' })
      })

      it('fails for an item that is not one, and for parameters that are none', async () => {
        const fail = async (subscribe: (onError: (error: AppError) => void) => void): Promise<AppError> =>
          new Promise(subscribe)
        const listen = (onError: (error: AppError) => void) => ({ onItems: () => undefined, onError })
        const item = await fail((onError) => bed.client.subscribe('numbers.wrong', {}, listen(onError)))
        expect(item).toMatchObject({ code: 'internal', message: matching(/numbers\.wrong/) })
        const wrong = wrongly<{ after: number }>({ after: 'x' })
        const params = await fail((onError) => bed.client.subscribe('log.lines', wrong, listen(onError)))
        expect(params).toMatchObject({ code: 'invalid-input' })
      })

      it('fails where the link cannot carry an item, and ends its source', async () => {
        const error = await new Promise<AppError>((resolve) => {
          bed.client.subscribe('numbers.stuck', {}, { onItems: () => undefined, onError: resolve })
        })
        expect(error.code).toBe('internal')
        expect(bed.faults).toHaveLength(1)
        await bed.engine.idle()
      })

      it('is pulled no further than its reader reads', async () => {
        const limits = { window: 3, batch: { items: 10, weight: 1_000_000 } }
        await bed.use(limits)
        const taken: number[] = []
        let release = (): void => undefined
        const held = new Promise<void>((resolve) => {
          release = resolve
        })
        const stop = bed.client.subscribe(
          'numbers.all',
          {},
          {
            onItems(items) {
              taken.push(...items.map(({ n }) => n))
              return held
            },
          },
        )
        // The window is full with these; what a source gave beyond is one item that was asked for ahead.
        await settledAt(() => Number(bed.engine.pulled() >= 30), 1)
        expect(bed.engine.pulled()).toBeLessThanOrEqual(31)
        // The reader is told of no more while it is not done with the first batch.
        expect(taken).toHaveLength(10)
        release()
        await settledAt(() => Number(taken.length >= 300), 1)
        stop()
        await bed.engine.idle()
        expect(taken.slice(0, 300)).toEqual(Array.from({ length: 300 }, (_, n) => n))
      })

      it('gets large items in small batches', async () => {
        await bed.use({ window: 1, batch: { items: 1000, weight: 100_000 } })
        const sizes: number[] = []
        const text = 'x'.repeat(30_000)
        const stop = bed.client.subscribe(
          'numbers.all',
          { text },
          { onItems: (items) => void sizes.push(items.length) },
        )
        await settledAt(() => Number(sizes.length >= 10), 1)
        stop()
        expect(Math.max(...sizes)).toBeLessThanOrEqual(4)
      })

      it('is refused beyond so many at once', async () => {
        await bed.use({ subscriptions: 2 })
        const reads = [follow(bed.client), follow(bed.client)]
        await bed.engine.busy(2)
        const error = await new Promise<AppError>((resolve) => {
          bed.client.subscribe('log.lines', {}, { onItems: () => undefined, onError: resolve })
        })
        expect(error.code).toBe('busy')
        for (const read of reads) read.stop()
      })
    })

    describe('a lost connection', () => {
      it('is told, and made again', async () => {
        await bed.client.call('math.add', { a: 1 })
        expect(bed.client.state()).toEqual({ state: 'open', version: '1.2.3' })
        const states: string[] = []
        bed.client.onState(() => void states.push(bed.client.state().state))
        bed.cut()
        await settledAt(() => Number(bed.client.state().state === 'open'), 1)
        expect(states).toEqual(['closed', 'connecting', 'open'])
      })

      it('makes no difference to a subscription, at whichever message it comes', async () => {
        const whole = await readWithCuts(links.pair, [])
        expect(whole.lines).toEqual(count(TOTAL))
        for (let message = 0; message <= whole.messages; message += 1) {
          const { lines, ends } = await readWithCuts(links.pair, [message])
          expect({ message, lines, ends }).toEqual({ message, lines: count(TOTAL), ends: 1 })
        }
      })

      it('nor do many of them', async () => {
        const cuts = fc.array(fc.integer({ min: 0, max: 14 }), { maxLength: 8 })
        await fc.assert(
          fc.asyncProperty(cuts, async (cuts) => {
            const { lines, ends } = await readWithCuts(links.pair, cuts)
            expect({ lines, ends }).toEqual({ lines: count(TOTAL), ends: 1 })
          }),
          { numRuns: 25 },
        )
      })

      it('is noticed where the engine just falls silent', async () => {
        let connections = 0
        const client = createClient({
          procedures,
          topics,
          protocol: PROTOCOL,
          keepAliveMs: 5,
          backoff: { firstMs: 0, longestMs: 0, jitter: 0 },
          async connect() {
            const [engine, page] = await links.pair()
            connections += 1
            let isGreeted = false
            engine.onMessage((message) => {
              if (isGreeted || typeof message !== 'object' || message === null || !('id' in message)) return
              isGreeted = true
              engine.send({ jsonrpc: '2.0', id: message.id, result: { version: '1.2.3', protocol: PROTOCOL } })
            })
            return page
          },
        })
        const reasons: string[] = []
        client.onState(() => {
          const state = client.state()
          if (state.state === 'closed') reasons.push(state.reason)
        })
        await settledAt(() => Number(connections >= 2 && reasons.length > 0), 1)
        client.close()
        expect(reasons[0]).toBe('the engine does not answer')
      })

      it('is not made again by a client that was closed', async () => {
        await bed.client.call('math.add', { a: 1 })
        bed.client.close()
        expect(bed.client.state()).toMatchObject({ state: 'closed', retryInMs: null })
        expect(await failureOf(bed.client.call('math.add', { a: 1 }))).toMatchObject({ code: 'disconnected' })
      })

      it('is final where the engine speaks another protocol', async () => {
        const other = createBed(links.pair, { protocol: PROTOCOL + 1 })
        expect(await failureOf(other.client.call('math.add', { a: 1 }))).toMatchObject({ code: 'disconnected' })
        expect(other.client.state()).toMatchObject({
          state: 'closed',
          reason: matching(/protocol/),
          retryInMs: null,
        })
        await other.dispose()
      })
    })

    describe('a connection that is refused', () => {
      const refusal = (code: ErrorCode): Client<Procedures, Topics> =>
        createClient({
          procedures,
          topics,
          protocol: PROTOCOL,
          connect: async () => {
            throw new AppError(code, 'no entry', { details: { hint: 'ring the bell' } })
          },
        })

      it.each(['credential-denied', 'unsupported'] as const)('is final for %s, and says what to do', async (code) => {
        const client = refusal(code)
        expect(await failureOf(client.call('math.add', { a: 1 }))).toMatchObject({
          code: 'disconnected',
          message: 'there is no connection to the engine: no entry',
          details: { hint: 'ring the bell' },
        })
        const closed = { state: 'closed', reason: 'no entry', hint: 'ring the bell', retryInMs: null }
        expect(client.state()).toEqual(closed)
        client.close()
        expect(client.state()).toEqual(closed)
      })

      it('is tried again for any other reason', async () => {
        const client = refusal('busy')
        await failureOf(client.call('math.add', { a: 1 }))
        const state = client.state()
        expect(state.state === 'closed' && state.retryInMs !== null).toBe(true)
        client.close()
      })
    })

    describe('a message that means nothing', () => {
      it.each([
        [42, -32_600, null],
        ['text', -32_600, null],
        [[], -32_600, null],
        [{ jsonrpc: '2.0', id: 5 }, -32_600, 5],
        [{ id: 6, method: 'math.add', params: { a: 1 } }, -32_600, 6],
        [{ jsonrpc: '2.0', id: { odd: 1 }, method: 'math.add' }, -32_600, null],
        [{ jsonrpc: '2.0', id: 7, method: 'math.subtract' }, -32_601, 7],
        [{ jsonrpc: '2.0', id: 7, method: 'toString' }, -32_601, 7],
        [{ jsonrpc: '2.0', id: 8, method: 'math.add', params: [1, 2] }, -32_602, 8],
        [{ jsonrpc: '2.0', id: 9, method: 'rpc.ack', params: { subscription: 1, batches: -5 } }, -32_602, 9],
        [{ jsonrpc: '2.0', id: 10, method: 'rpc.subscribe', params: { topic: '__proto__' } }, -32_000, 10],
      ])('%j is answered with %i', async (message, code, id) => {
        const raw = await bed.raw()
        const answer = await raw.ask(wrongly(message))
        expect(answer).toMatchObject({ jsonrpc: '2.0', id, error: { code } })
        expect(await raw.ask({ jsonrpc: '2.0', id: 99, method: 'math.add', params: { a: 1 } })).toMatchObject({
          result: 2,
        })
      })

      it('has no answer where it is an answer or a notification itself', async () => {
        const raw = await bed.raw()
        raw.send({ jsonrpc: '2.0', id: 1, result: 3 })
        raw.send({ jsonrpc: '2.0', id: null, error: { code: -32_700, message: 'no' } })
        raw.send({ jsonrpc: '2.0', method: 'math.add', params: { a: 1 } })
        raw.send({ jsonrpc: '2.0', method: 'rpc.unsubscribe', params: { subscription: 12 } })
        raw.send({ jsonrpc: '2.0', method: 'rpc.cancel', params: 'x' })
        expect(await raw.ask({ jsonrpc: '2.0', id: 'a', method: 'rpc.hello' })).toEqual({
          jsonrpc: '2.0',
          id: 'a',
          result: { version: '1.2.3', protocol: PROTOCOL },
        })
      })

      it('does not widen a window by claiming more than was sent', async () => {
        await bed.use({ window: 2, batch: { items: 5, weight: 1_000_000 } })
        const raw = await bed.raw()
        raw.send({ jsonrpc: '2.0', method: 'rpc.ack', params: { subscription: 1, batches: 1000 } })
        await raw.ask({ jsonrpc: '2.0', id: 1, method: 'rpc.subscribe', params: { topic: 'numbers.all' } })
        raw.send({ jsonrpc: '2.0', method: 'rpc.ack', params: { subscription: 1, batches: 1000 } })
        await raw.ask({ jsonrpc: '2.0', id: 2, method: 'rpc.hello' })
        await settledAt(() => Number(bed.engine.pulled() > 10), 1)
        expect(bed.engine.pulled()).toBeLessThanOrEqual(4 * 5 + 1)
      })
    })
  })
}

const TOTAL = 40

interface Bed {
  readonly client: Client<Procedures, Topics>
  readonly engine: TestEngine
  /** What the engine's side was told of mistakes. */
  readonly faults: unknown[]
  /** A new client under other limits. */
  use(limits: Partial<ServeLimits>): Promise<void>
  /** Closes the connection that is open now. */
  cut(): void
  /** The page's end of a new link, without a client. */
  raw(): Promise<RawClient>
  dispose(): Promise<void>
}

interface RawClient {
  send(message: object): void
  /** Sends it and gives the next message that is no notification. */
  ask(message: object): Promise<unknown>
}

function createBed(pair: OpenPair, options: { readonly protocol?: number; readonly cuts?: readonly number[] } = {}) {
  const engine = createTestEngine()
  const faults: unknown[] = []
  const served: Promise<void>[] = []
  const cuts = [...(options.cuts ?? [])]
  let messages = 0
  let limits: Partial<ServeLimits> = {}
  let newest: Link | null = null

  const connect = async (): Promise<Link> => {
    const ends = await pair()
    const cutAt = cuts.shift() ?? Number.POSITIVE_INFINITY
    let seen = 0
    const counted = (link: Link): Link =>
      intercept(link, () => {
        messages += 1
        seen += 1
        return seen <= cutAt
      })
    const [engineEnd, page] = [counted(ends[0]), counted(ends[1])]
    served.push(
      serve({ procedures, topics, handlers: engine.handlers, sources: engine.sources }, engineEnd, {
        version: '1.2.3',
        protocol: PROTOCOL,
        limits,
        onFault: (thrown) => void faults.push(thrown),
      }),
    )
    newest = page
    return page
  }
  const start = (): Client<Procedures, Topics> =>
    createClient({
      procedures,
      topics,
      protocol: options.protocol ?? PROTOCOL,
      connect,
      backoff: { firstMs: 0, longestMs: 0, jitter: 0 },
    })
  let client = start()

  const bed: Bed = {
    get client() {
      return client
    },
    engine,
    faults,
    async use(given) {
      await client.call('math.add', { a: 1 })
      client.close()
      limits = given
      client = start()
    },
    cut: () => newest?.close('cut'),
    async raw() {
      client.close()
      const link = await connect()
      const answers = createInbox()
      link.onMessage((message) => {
        if (typeof message === 'object' && message !== null && 'id' in message) answers.put(message)
      })
      return {
        send: (message) => link.send(message),
        async ask(message) {
          link.send(message)
          return answers.take()
        },
      }
    },
    async dispose() {
      client.close()
      newest?.close('the test is over')
      await Promise.all(served)
      expect(engine.open()).toBe(0)
    },
  }
  return Object.assign(bed, { messages: () => messages })
}

/** Closes the link instead of delivering a message that `admit` does not let through. */
function intercept(link: Link, admit: () => boolean): Link {
  return {
    ...link,
    onMessage(listener) {
      link.onMessage((message) => {
        if (admit()) listener(message)
        else link.close('cut')
      })
    },
  }
}

/** Reads a log that grows meanwhile over connections that are cut at the given messages. */
async function readWithCuts(pair: OpenPair, cuts: readonly number[]) {
  const bed = createBed(pair, { cuts })
  bed.engine.write(10)
  const read = follow(bed.client)
  for (let written = 10; written < TOTAL; written += 10) {
    await read.until(written)
    bed.engine.write(10)
  }
  bed.engine.closeLog()
  await read.ended
  const { lines, ends } = read
  await bed.dispose()
  return { lines, ends: ends(), messages: bed.messages() }
}

function follow(client: Client<Procedures, Topics>, params: { after?: number } = {}) {
  const lines: number[] = []
  const batches: number[] = []
  const arrived = new Set<() => void>()
  let ends = 0
  let onEnd = (): void => undefined
  const ended = new Promise<void>((resolve) => {
    onEnd = resolve
  })
  const stop = client.subscribe('log.lines', params, {
    onItems(items) {
      batches.push(items.length)
      lines.push(...items.map(({ line }) => line))
      for (const look of Array.from(arrived)) look()
    },
    onEnd() {
      ends += 1
      onEnd()
    },
  })
  const until = async (total: number): Promise<void> => {
    if (lines.length >= total) return
    await new Promise<void>((resolve) => {
      const look = (): void => {
        if (lines.length < total) return
        arrived.delete(look)
        resolve()
      }
      arrived.add(look)
    })
  }
  return { lines, batches, stop, ended, ends: () => ends, isEnded: () => ends > 0, until }
}

function createInbox() {
  const messages: unknown[] = []
  const takers: ((message: unknown) => void)[] = []
  return {
    put(message: unknown): void {
      const taker = takers.shift()
      if (taker === undefined) messages.push(message)
      else taker(message)
    },
    take: async (): Promise<unknown> =>
      messages.length > 0 ? messages.shift() : new Promise((resolve) => takers.push(resolve)),
  }
}

function matching(pattern: RegExp): unknown {
  return expect.stringMatching(pattern)
}

async function failureOf(call: Promise<unknown>): Promise<AppError> {
  try {
    await call
  } catch (error) {
    if (error instanceof AppError) return error
    throw error
  }
  throw new Error('it did not fail')
}

/** Resolves when the value has come to what is expected and, over some turns of the event loop, stays there. */
async function settledAt(value: () => number, expected: number): Promise<void> {
  let steady = 0
  while (steady < 20) {
    await new Promise((resolve) => setTimeout(resolve, 1))
    steady = value() === expected ? steady + 1 : 0
  }
}

function count(total: number): number[] {
  return Array.from({ length: total }, (_, index) => index + 1)
}
