import type { z } from 'zod'
import { AppError, toAppError } from '../contract/errors.ts'
import type { Exchange } from './exchange.ts'
import { checked, Ended, expected, fromErrorObject, Items, Subscribed } from './messages.ts'
import { at, type ResumableTable, type TopicTable } from './table.ts'

export interface FollowListener<Item> {
  /**
   * The next items, in order. While a promise that it gave is open, it is told of no more, and the engine sends only a
   * few batches ahead. What it throws ends the subscription with `onError`.
   */
  onItems(items: readonly Item[]): void | Promise<void>
  /** The topic has nothing more to tell. */
  onEnd?(): void
  onError?(error: AppError): void
}

/** The subscriptions of a client: they live on while connections come and go. */
export interface Following<Topics extends TopicTable> {
  subscribe<Name extends keyof Topics & string>(
    name: Name,
    params: z.input<Topics[Name]['params']>,
    listener: FollowListener<z.output<Topics[Name]['item']>>,
    exchange: Exchange | null,
  ): () => void
  onOpen(exchange: Exchange): void
  onLost(): void
  onNotification(method: string, params: unknown): void
}

/** A subscription without the types of its topic. */
interface Follower {
  /** Parameters of `rpc.subscribe` which go on after the last item. Throws AppError. */
  request(): { readonly topic: string; readonly params: unknown }
  /** Checks items and remembers how far they go; the answer tells the listener of them. Throws AppError. */
  receive(items: readonly unknown[]): () => Promise<void>
  end(): void
  fail(error: AppError): void
  /** What its listener still does with earlier items. */
  turn: Promise<void>
  /** Its topic has nothing more to tell, though the listener may not have heard all of it yet. */
  hasEnded: boolean
  /** Where it is fed from; null while there is no such place. */
  feed: { readonly exchange: Exchange; readonly subscription: number } | null
}

export function createFollowing<Topics extends TopicTable>(topics: Topics & ResumableTable<Topics>): Following<Topics> {
  const followers = new Set<Follower>()
  const fed = new Map<number, Follower>()

  const stop = (follower: Follower): void => {
    followers.delete(follower)
    if (follower.feed === null) return
    const { exchange, subscription } = follower.feed
    fed.delete(subscription)
    follower.feed = null
    exchange.notify('rpc.unsubscribe', { subscription })
  }
  const fail = (follower: Follower, thrown: unknown): void => {
    if (!followers.has(follower)) return
    stop(follower)
    follower.fail(toAppError(thrown))
  }
  const begun = (follower: Follower, exchange: Exchange, answer: unknown): void => {
    const { subscription } = expected(Subscribed, answer, 'rpc.subscribe')
    if (!followers.has(follower)) return exchange.notify('rpc.unsubscribe', { subscription })
    follower.feed = { exchange, subscription }
    fed.set(subscription, follower)
  }
  const start = (follower: Follower, exchange: Exchange): void => {
    const failed = (error: unknown): void => {
      // A lost connection ends no subscription: with the next one it is asked for again.
      if (!(error instanceof AppError) || error.code !== 'disconnected') fail(follower, error)
    }
    const done = (answer: unknown): void => attempt(() => begun(follower, exchange, answer), failed)
    attempt(
      () => exchange.ask('rpc.subscribe', follower.request(), { done, fail: failed }),
      // Whoever subscribes does not expect to hear of it at once.
      (error) => queueMicrotask(() => failed(error)),
    )
  }
  /** One after the other: the next items wait until what the listener does with these is done. */
  const inTurn = (follower: Follower, work: () => void | Promise<void>): void => {
    follower.turn = follower.turn.then(work).catch((error: unknown) => fail(follower, error))
  }
  const take = (follower: Follower, { items }: z.output<typeof Items>): void => {
    const { feed } = follower
    const tell = follower.receive(items)
    inTurn(follower, async () => {
      if (!followers.has(follower)) return
      await tell()
      if (feed !== null && follower.feed === feed) {
        feed.exchange.notify('rpc.ack', { subscription: feed.subscription, batches: 1 })
      }
    })
  }
  const ended = (follower: Follower, { error }: z.output<typeof Ended>): void => {
    if (follower.feed !== null) fed.delete(follower.feed.subscription)
    follower.feed = null
    follower.hasEnded = true
    inTurn(follower, () => {
      if (!followers.delete(follower)) return
      if (error === null) follower.end()
      else follower.fail(fromErrorObject(error))
    })
  }

  return {
    subscribe(name, params, listener, exchange) {
      const follower = createFollower(topics, name, params, listener)
      followers.add(follower)
      if (exchange !== null) start(follower, exchange)
      return () => stop(follower)
    },
    onOpen(exchange) {
      for (const follower of followers) if (!follower.hasEnded) start(follower, exchange)
    },
    onLost() {
      fed.clear()
      for (const follower of followers) follower.feed = null
    },
    onNotification(method, params) {
      const { data: items } = method === 'rpc.items' ? Items.safeParse(params) : { data: undefined }
      const { data: end } = method === 'rpc.ended' ? Ended.safeParse(params) : { data: undefined }
      const follower = fed.get((items ?? end)?.subscription ?? -1)
      if (follower === undefined) return
      if (items !== undefined)
        attempt(
          () => take(follower, items),
          (error) => fail(follower, error),
        )
      if (end !== undefined) ended(follower, end)
    },
  }
}

function attempt(act: () => void, failed: (thrown: unknown) => void): void {
  try {
    act()
  } catch (error) {
    failed(error)
  }
}

function createFollower<Topics extends TopicTable, Name extends keyof Topics & string>(
  topics: Topics & ResumableTable<Topics>,
  name: Name,
  params: z.input<Topics[Name]['params']>,
  listener: FollowListener<z.output<Topics[Name]['item']>>,
): Follower {
  const topic = at<Topics & ResumableTable<Topics>, Name>(topics, name)
  let last: { readonly item: z.output<Topics[Name]['item']> } | null = null
  return {
    feed: null,
    request() {
      const given = checked(at(topic, 'params'), params)
      return { topic: name, params: last === null ? given : topic.resume(given, last.item) }
    },
    turn: Promise.resolve(),
    hasEnded: false,
    receive(items) {
      const taken = items.map((item) => expected(at(topic, 'item'), item, name))
      const item = taken.at(-1)
      if (item !== undefined) last = { item }
      return async () => listener.onItems(taken)
    },
    end: () => listener.onEnd?.(),
    fail: (error) => listener.onError?.(error),
  }
}
