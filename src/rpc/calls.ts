import { AppError } from '../contract/errors.ts'
import { checked, type Id, invalidRequest, unknownMethod } from './messages.ts'
import type { Reply } from './reply.ts'
import { at, type HandlersOf, isNameIn, type ProcedureTable } from './table.ts'

/** The calls of one link that are being answered. */
export interface Calls {
  start(id: Id, method: string, params: unknown): void
  cancel(id: Id): void
  /** Resolves when every handler has come back. */
  endAll(): Promise<void>
}

interface Call {
  readonly aborter: AbortController
  readonly ended: Promise<void>
}

export function createCalls<Procedures extends ProcedureTable>(
  { procedures, handlers }: { readonly procedures: Procedures; readonly handlers: HandlersOf<Procedures> },
  reply: Reply,
  limits: { readonly calls: number },
): Calls {
  const running = new Map<Id, Call>()

  const run = async (id: Id, name: keyof Procedures & string, params: unknown, signal: AbortSignal): Promise<void> => {
    try {
      reply.result(id, await at(handlers, name)(checked(at(at(procedures, name), 'input'), params), { signal }))
    } catch (error) {
      reply.failure(id, reply.toError(error))
    }
  }

  return {
    start(id, method, params) {
      if (running.has(id)) return reply.failure(id, invalidRequest('a call with this id is still being answered'))
      if (!isNameIn(procedures, method)) return reply.failure(id, unknownMethod(method))
      if (running.size >= limits.calls) return reply.failure(id, reply.toError(tooMany(limits.calls)))
      const aborter = new AbortController()
      // A call counts until its answer is on its way: one who does not read cannot have any number of them.
      const ended = run(id, method, params, aborter.signal)
        .then(async () => reply.drained())
        .finally(() => running.delete(id))
      running.set(id, { aborter, ended })
    },
    cancel: (id) => running.get(id)?.aborter.abort(new AppError('cancelled', 'the caller gave up')),
    async endAll() {
      const all = [...running.values()]
      for (const { aborter } of all) aborter.abort(new AppError('disconnected', 'the caller is gone'))
      await Promise.all(all.map(async ({ ended }) => ended))
    },
  }
}

function tooMany(count: number): AppError {
  return new AppError('busy', `more than ${count} calls at once`, {
    details: { hint: 'wait for answers before the next calls' },
  })
}
