import type { z } from 'zod'
import { AppError } from '../contract/errors.ts'
import { type Backoff, type Connection, type ConnectionState, createConnection } from './connection.ts'
import { createFollowing, type FollowListener } from './following.ts'
import type { Link } from './link.ts'
import { expected } from './messages.ts'
import { at, type ProcedureTable, type ResumableTable, type TopicTable } from './table.ts'

export interface ClientOptions<Procedures extends ProcedureTable, Topics extends TopicTable> {
  readonly procedures: Procedures
  readonly topics: Topics & ResumableTable<Topics>
  /** Version of the table; an engine with another one is not talked to. */
  readonly protocol: number
  /** Gives a new link, or rejects with why there is none; `credential-denied` and `unsupported` are not tried again. */
  readonly connect: (signal: AbortSignal) => Promise<Link>
  readonly backoff?: Backoff
  /** How often the engine is asked whether it is still there; without an answer by the next time it is gone. */
  readonly keepAliveMs?: number
}

export interface Client<Procedures extends ProcedureTable, Topics extends TopicTable> {
  /**
   * Rejects with the AppError of the engine; with `disconnected` where there is no connection or it is lost before the
   * answer: the call may or may not have been carried out, and is never made again by itself. While the connection is
   * being made, it waits for that.
   */
  call<Name extends keyof Procedures & string>(
    name: Name,
    input: z.input<Procedures[Name]['input']>,
    options?: { readonly signal?: AbortSignal },
  ): Promise<z.output<Procedures[Name]['output']>>
  /**
   * Follows a topic, across lost connections without a gap or a double, until it ends or the returned function is
   * called. Nothing is told in the tick of the call itself, nor after the returned function was called.
   */
  subscribe<Name extends keyof Topics & string>(
    name: Name,
    params: z.input<Topics[Name]['params']>,
    listener: FollowListener<z.output<Topics[Name]['item']>>,
  ): () => void
  state(): ConnectionState
  /** The returned function stops it. */
  onState(listener: () => void): () => void
  /** Does not wait for the next attempt. Nothing while it is open or being opened. */
  reconnectNow(): void
  /** For good: calls reject, subscriptions are silent. */
  close(): void
}

const BACKOFF: Backoff = { firstMs: 250, longestMs: 10_000, jitter: 0.5 }

/** A client of a table of procedures and topics. It connects at once. */
export function createClient<Procedures extends ProcedureTable, Topics extends TopicTable>(
  options: ClientOptions<Procedures, Topics>,
): Client<Procedures, Topics> {
  const { procedures, topics, protocol, connect, backoff = BACKOFF, keepAliveMs = 20_000 } = options
  const following = createFollowing(topics)
  const connection = createConnection({ connect, protocol, backoff, keepAliveMs, events: following })
  return {
    async call(name, input, { signal } = {}) {
      const answer = await ask(connection, name, input, signal ?? new AbortController().signal)
      return expected(at(at(procedures, name), 'output'), answer, name)
    },
    subscribe: (name, params, listener) => following.subscribe(name, params, listener, connection.exchange()),
    state: () => connection.state(),
    onState: (listener) => connection.onState(listener),
    reconnectNow: () => connection.reconnectNow(),
    close: () => connection.close(),
  }
}

async function ask(connection: Connection, name: string, input: unknown, signal: AbortSignal): Promise<unknown> {
  throwIfGivenUp(signal)
  if (connection.state().state === 'connecting') await sooner(connection.attempt(), signal)
  const exchange = connection.exchange()
  if (exchange === null) throw notConnected(connection.state())
  return new Promise((resolve, reject) => {
    const giveUp = (): void => {
      withdraw()
      reject(givenUp())
    }
    const settled = (): void => signal.removeEventListener('abort', giveUp)
    const withdraw = exchange.ask(name, input, {
      done(value) {
        settled()
        resolve(value)
      },
      fail(error) {
        settled()
        reject(error)
      },
    })
    signal.addEventListener('abort', giveUp, { once: true })
  })
}

/** Resolves with the promise, or rejects with the signal, whichever comes first. */
async function sooner(promise: Promise<void>, signal: AbortSignal): Promise<void> {
  let giveUp = (): void => undefined
  try {
    await Promise.race([
      promise,
      new Promise<never>((_resolve, reject) => {
        giveUp = () => reject(givenUp())
        signal.addEventListener('abort', giveUp, { once: true })
      }),
    ])
  } finally {
    signal.removeEventListener('abort', giveUp)
  }
}

function throwIfGivenUp(signal: AbortSignal): void {
  if (signal.aborted) throw givenUp()
}

function givenUp(): AppError {
  return new AppError('cancelled', 'it was given up')
}

function notConnected(state: ConnectionState): AppError {
  const { reason, hint } = state.state === 'closed' ? state : { reason: null, hint: null }
  return new AppError('disconnected', `there is no connection to the engine${reason === null ? '' : `: ${reason}`}`, {
    details: hint === null ? {} : { hint },
  })
}
