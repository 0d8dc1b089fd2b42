import { AppError } from '../contract/errors.ts'
import { type BatchLimits, inBatches } from './batches.ts'
import { checked, type ErrorObject, notification } from './messages.ts'
import type { Reply } from './reply.ts'
import { at, isNameIn, type SourcesOf, type TopicTable } from './table.ts'

/** The subscriptions of one link. Numbers that are not (or no longer) known are ignored: they may have just ended. */
export interface Subscriptions {
  /** Throws AppError. Nothing is sent before `start`. */
  open(topic: string, params: unknown): { readonly id: number; start(): void }
  acknowledge(id: number, batches: number): void
  close(id: number): void
  /** Resolves when every source has ended. */
  endAll(): Promise<void>
}

interface Subscription {
  readonly aborter: AbortController
  readonly window: Window
  ended: Promise<void>
}

interface Limits {
  readonly subscriptions: number
  readonly window: number
  readonly batch: BatchLimits
}

export function createSubscriptions<Topics extends TopicTable>(
  { topics, sources }: { readonly topics: Topics; readonly sources: SourcesOf<Topics> },
  reply: Reply,
  limits: Limits,
): Subscriptions {
  const open = new Map<number, Subscription>()
  let lastId = 0

  const follow = (topic: string, params: unknown, signal: AbortSignal): AsyncIterable<unknown> => {
    if (!isNameIn(topics, topic)) throw new AppError('unsupported', `there is no topic ${JSON.stringify(topic)}`)
    return at(sources, topic)(checked(at(at(topics, topic), 'params'), params), { signal })
  }

  return {
    open(topic, params) {
      if (open.size >= limits.subscriptions) throw tooMany(limits.subscriptions)
      const aborter = new AbortController()
      const source = follow(topic, params, aborter.signal)
      const id = (lastId += 1)
      const subscription = { aborter, window: createWindow(limits.window, aborter.signal), ended: Promise.resolve() }
      open.set(id, subscription)
      const start = (): void => {
        // It counts until its source has ended, so that nobody has more of them by unsubscribing.
        subscription.ended = feed(id, source, subscription, reply, limits.batch).finally(() => open.delete(id))
      }
      return { id, start }
    },
    acknowledge: (id, batches) => open.get(id)?.window.free(batches),
    close: (id) => open.get(id)?.aborter.abort(new AppError('cancelled', 'nobody follows this any more')),
    async endAll() {
      const all = [...open.values()]
      for (const { aborter } of all) aborter.abort(new AppError('disconnected', 'the follower is gone'))
      await Promise.all(all.map(async ({ ended }) => ended))
    },
  }
}

/** Sends what a source gives, as fast as it is taken; then how it ended, where somebody still wants to know. */
async function feed(
  subscription: number,
  source: AsyncIterable<unknown>,
  { aborter: { signal }, window }: Pick<Subscription, 'aborter' | 'window'>,
  reply: Reply,
  limits: BatchLimits,
): Promise<void> {
  let error: ErrorObject | null = null
  try {
    for await (const items of inBatches(source, limits, signal)) {
      if (signal.aborted) break
      reply.notify(notification('rpc.items', { subscription, items }))
      window.take()
      await Promise.all([window.room(), reply.drained()])
    }
  } catch (thrown) {
    if (!signal.aborted) error = reply.toError(thrown)
  }
  if (!signal.aborted) reply.notify(notification('rpc.ended', { subscription, error }))
}

interface Window {
  take(): void
  free(batches: number): void
  /** Resolves when another batch may be sent, or the signal aborts. */
  room(): Promise<void>
}

function createWindow(size: number, signal: AbortSignal): Window {
  let unacknowledged = 0
  let wake: (() => void) | null = null
  signal.addEventListener('abort', () => wake?.(), { once: true })
  return {
    take() {
      unacknowledged += 1
    },
    free(batches) {
      // More than were sent cannot be taken: nobody gets a wider window by claiming so.
      unacknowledged = Math.max(0, unacknowledged - batches)
      if (unacknowledged < size) wake?.()
    },
    async room() {
      if (unacknowledged < size || signal.aborted) return
      await new Promise<void>((resolve) => {
        wake = resolve
      })
    },
  }
}

function tooMany(count: number): AppError {
  return new AppError('busy', `more than ${count} subscriptions at once`, {
    details: { hint: 'end some with rpc.unsubscribe' },
  })
}
