import { AppError, type ErrorCode, toAppError } from '../contract/errors.ts'
import { createExchange, type Exchange } from './exchange.ts'
import type { Link } from './link.ts'
import { Hello } from './messages.ts'

export type ConnectionState =
  | { readonly state: 'connecting' }
  /** `version` is the engine's. */
  | { readonly state: 'open'; readonly version: string }
  /** `hint`: what to do about it. `retryInMs` null: it is not tried again by itself. */
  | {
      readonly state: 'closed'
      readonly reason: string
      readonly hint: string | null
      readonly retryInMs: number | null
    }

export interface Backoff {
  readonly firstMs: number
  readonly longestMs: number
  /** From 0 to 1: which part of a wait is left to chance. Many pages then do not come back all at once. */
  readonly jitter: number
}

export interface ConnectionOptions {
  /** Gives a new link, or rejects with why there is none; `credential-denied` and `unsupported` are not tried again. */
  readonly connect: (signal: AbortSignal) => Promise<Link>
  readonly protocol: number
  readonly backoff: Backoff
  readonly keepAliveMs: number
  readonly events: ConnectionEvents
}

export interface ConnectionEvents {
  /** In the tick in which the connection opens, before anybody else may use it. */
  onOpen(exchange: Exchange): void
  onNotification(method: string, params: unknown): void
  onLost(): void
}

export interface Connection {
  state(): ConnectionState
  onState(listener: () => void): () => void
  /** Null while it is not open. */
  exchange(): Exchange | null
  /** Resolves when the attempt that is under way has ended, one way or the other. */
  attempt(): Promise<void>
  reconnectNow(): void
  /** For good. */
  close(): void
}

/** Keeps one link open: a new one is made when it closes, after longer and longer waits while that fails. */
export function createConnection(options: ConnectionOptions): Connection {
  const listeners = new Set<() => void>()
  const ending = new AbortController()
  let state: ConnectionState = { state: 'connecting' }
  let link: Link | null = null
  let exchange: Exchange | null = null
  let failures = 0
  let stopKeepAlive: (() => void) | undefined
  let timer: ReturnType<typeof setTimeout> | undefined
  let attempt: Promise<void> = start()

  function become(next: ConnectionState): void {
    state = next
    for (const listener of listeners) listener()
  }

  async function start(): Promise<void> {
    link = null
    try {
      link = await options.connect(ending.signal)
      if (ending.signal.aborted) return link.close('closed')
      link.onClose((reason) => lost(new AppError('disconnected', reason)))
      await greet(link)
    } catch (error) {
      lost(toAppError(error, 'disconnected'))
      link?.close('given up')
    }
  }

  /** In the tick of the engine's answer, so that nothing comes before who waits for it. */
  async function greet(link: Link): Promise<void> {
    const fresh = createExchange(link, (method, params) => options.events.onNotification(method, params))
    await new Promise<void>((resolve, reject) => {
      const done = (answer: unknown): void => {
        const hello = Hello.safeParse(answer)
        if (hello.data?.protocol !== options.protocol) return reject(otherProtocol())
        failures = 0
        exchange = fresh
        stopKeepAlive = keepAlive(fresh, options.keepAliveMs)
        options.events.onOpen(fresh)
        become({ state: 'open', version: hello.data.version })
        resolve()
      }
      fresh.ask('rpc.hello', {}, { done, fail: reject })
    })
  }

  /** The first reason counts: that calls failed and the link was closed follows from it. */
  function lost(error: AppError): void {
    if (state.state === 'closed') return
    if (exchange !== null) options.events.onLost()
    exchange = null
    stopKeepAlive?.()
    const isFinal = ending.signal.aborted || FINAL.has(error.code)
    const retryInMs = isFinal ? null : waitMs(options.backoff, failures)
    failures += 1
    if (retryInMs !== null) timer = setTimeout(reconnectNow, retryInMs)
    become({ state: 'closed', reason: error.message, hint: error.details.hint ?? null, retryInMs })
  }

  function reconnectNow(): void {
    if (state.state !== 'closed' || ending.signal.aborted) return
    clearTimeout(timer)
    become({ state: 'connecting' })
    attempt = start()
  }

  return {
    state: () => state,
    onState(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    exchange: () => exchange,
    attempt: async () => attempt,
    reconnectNow,
    close() {
      ending.abort()
      clearTimeout(timer)
      link?.close('closed')
      lost(new AppError('disconnected', 'closed'))
    },
  }
}

/** Another attempt would end likewise: something else must change first. */
const FINAL: ReadonlySet<ErrorCode> = new Set(['unsupported', 'credential-denied'])

/** A connection may be dead without a sign of it, such as after a change of networks. */
function keepAlive(exchange: Exchange, everyMs: number): () => void {
  let isAnswered = true
  const timer = setInterval(() => {
    if (!isAnswered) return exchange.close('the engine does not answer')
    isAnswered = false
    const answered = (): void => {
      isAnswered = true
    }
    exchange.ask('rpc.hello', {}, { done: answered, fail: answered })
  }, everyMs)
  return () => clearInterval(timer)
}

function otherProtocol(): AppError {
  return new AppError('unsupported', 'the engine speaks another version of the protocol: reload the page')
}

function waitMs({ firstMs, longestMs, jitter }: Backoff, failures: number): number {
  const longest = Math.min(longestMs, firstMs * 2 ** failures)
  return longest * (1 - jitter * Math.random())
}
