import type { BatchLimits } from './batches.ts'
import { createCalls } from './calls.ts'
import type { Link } from './link.ts'
import { type Id, invalidRequest, Request, Response } from './messages.ts'
import { createOwnMethods } from './own-methods.ts'
import { createReply, type Reply } from './reply.ts'
import { createSubscriptions } from './subscriptions.ts'
import type { HandlersOf, ProcedureTable, SourcesOf, TopicTable } from './table.ts'

export interface Served<Procedures extends ProcedureTable, Topics extends TopicTable> {
  readonly procedures: Procedures
  readonly topics: Topics
  readonly handlers: HandlersOf<Procedures>
  readonly sources: SourcesOf<Topics>
}

export interface ServeOptions {
  /** Of the program. */
  readonly version: string
  /** Of the table. */
  readonly protocol: number
  readonly limits?: Partial<ServeLimits>
  /** Told what was thrown that is a mistake in tbcc: nothing but its existence crosses the link. */
  readonly onFault?: (thrown: unknown) => void
}

/** What one link may make the engine hold at a time. */
export interface ServeLimits {
  readonly calls: number
  readonly subscriptions: number
  /** Batches of a subscription that are sent and not yet acknowledged. */
  readonly window: number
  readonly batch: BatchLimits
}

const LIMITS: ServeLimits = { calls: 256, subscriptions: 256, window: 4, batch: { items: 256, weight: 256 * 1024 } }

/**
 * Answers the calls that come over a link, and feeds its subscriptions, until it closes. The promise resolves when all
 * that was started for it has ended: handlers are told by their signal, iterators of sources by `return`.
 */
export async function serve<Procedures extends ProcedureTable, Topics extends TopicTable>(
  served: Served<Procedures, Topics>,
  link: Link,
  options: ServeOptions,
): Promise<void> {
  const limits = { ...LIMITS, ...options.limits }
  const reply = createReply(link, options.onFault)
  const calls = createCalls(served, reply, limits)
  const subscriptions = createSubscriptions(served, reply, limits)
  const ownMethods = createOwnMethods(calls, subscriptions, options)

  link.onMessage((message) => {
    const parsed = Request.safeParse(message)
    if (!parsed.success) return refuse(message, reply)
    const { method, params = {}, id } = parsed.data
    const own = ownMethods.get(method)
    if (own !== undefined) answerOwn(own, params, id, reply)
    // A procedure as a notification has nobody who would hear what came of it.
    else if (id !== undefined) calls.start(id, method, params)
  })
  await new Promise<void>((resolve) => {
    link.onClose(() => resolve())
  })
  await Promise.all([calls.endAll(), subscriptions.endAll()])
}

/** What follows the answer comes after it. */
function answerOwn(
  own: (params: unknown) => { readonly value: unknown; readonly after?: () => void },
  params: unknown,
  id: Id | undefined,
  reply: Reply,
): void {
  try {
    const { value, after } = own(params)
    if (id !== undefined) reply.result(id, value)
    after?.()
  } catch (error) {
    if (id !== undefined) reply.failure(id, reply.toError(error))
  }
}

/** An answer to an answer would be answered in turn, so only what could be a call is refused. */
function refuse(message: unknown, reply: Reply): void {
  if (Response.safeParse(message).success) return
  const why = Array.isArray(message)
    ? 'batches of calls are not taken: send one after the other'
    : 'a message is {"jsonrpc": "2.0", "id": …, "method": …, "params": …}'
  reply.failure(idOf(message), invalidRequest(why))
}

function idOf(message: unknown): Id | null {
  if (typeof message !== 'object' || message === null || !('id' in message)) return null
  return typeof message.id === 'string' || typeof message.id === 'number' ? message.id : null
}
