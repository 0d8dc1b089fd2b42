import { z } from 'zod'
import { procedure, topic } from '../../src/contract/api/define.ts'
import { AppError } from '../../src/contract/errors.ts'
import type { HandlersOf, SourcesOf } from '../../src/rpc/table.ts'

/*
 * A small table with one of everything that a table can have, and an engine for it: a log that can be followed while it
 * grows, and what a test wants to know of it.
 */

export const procedures = {
  'math.add': procedure(z.object({ a: z.number(), b: z.number().default(1) }), z.number()),
  'text.echo': procedure(z.object({ text: z.string() }), z.string()),
  /** Answers what its output is not. */
  'answer.wrong': procedure(z.object({}), z.number()),
  'fail.known': procedure(z.object({}), z.object({})),
  'fail.unknown': procedure(z.object({}), z.object({})),
  'wait.forever': procedure(z.object({}), z.object({})),
} as const

export const topics = {
  /** The log after a line, until it is closed. */
  'log.lines': topic(
    z.object({ after: z.number().int().default(0) }),
    z.object({ line: z.number().int(), text: z.string() }),
    (params, last) => ({ ...params, after: last.line }),
  ),
  /** Never ends, and gives as much as is taken. */
  'numbers.all': topic(z.object({ text: z.string().default('') }), z.object({ n: z.number(), text: z.string() })),
  'numbers.wrong': topic(z.object({}), z.number()),
  'numbers.broken': topic(z.object({}), z.number()),
  /** Gives what no link can carry. */
  'numbers.stuck': topic(z.object({}), z.number()),
  /** Gives nothing, and ends by its iterator only. */
  'nothing.deaf': topic(z.object({}), z.number()),
} as const

export type Procedures = typeof procedures
export type Topics = typeof topics

export interface TestEngine {
  readonly handlers: HandlersOf<Procedures>
  readonly sources: SourcesOf<Topics>
  /** Appends lines to the log. */
  write(count: number): void
  /** Ends every follower of the log once it has all of it. */
  closeLog(): void
  /** Items that were pulled out of `numbers.all`. */
  pulled(): number
  /** Calls of `wait.forever` and sources that have begun and not ended. */
  open(): number
  /** Resolves when nothing is open. */
  idle(): Promise<void>
  /** Resolves when that many are. */
  busy(count: number): Promise<void>
}

export function createTestEngine(): TestEngine {
  let lines = 0
  let isClosed = false
  let pulled = 0
  let open = 0
  const waiting = new Set<() => void>()
  const changed = (): void => {
    for (const wake of Array.from(waiting)) wake()
  }
  const until = async (condition: () => boolean): Promise<void> => {
    while (!condition()) await new Promise<void>((resolve) => waiting.add(once(waiting, resolve)))
  }
  const begin = (): Disposable => {
    open += 1
    changed()
    return {
      [Symbol.dispose]() {
        open -= 1
        changed()
      },
    }
  }

  const handlers: HandlersOf<Procedures> = {
    'math.add': async ({ a, b }) => a + b,
    'text.echo': async ({ text }) => text,
    'answer.wrong': async () => wrongly('seven'),
    'fail.known': async () => {
      const cause = new Error('a cause with a secret')
      throw new AppError('storage-full', 'the disk is full', { details: { hint: 'make room', freeBytes: 0 }, cause })
    },
    'fail.unknown': async () => {
      throw new TypeError('/home/somebody/secret is not a function')
    },
    'wait.forever': async (_input, { signal }) => {
      using _open = begin()
      await new Promise<void>((resolve) => {
        signal.addEventListener('abort', () => resolve(), { once: true })
      })
      throw signal.reason
    },
  }

  const sources: SourcesOf<Topics> = {
    async *'log.lines'({ after }, { signal }) {
      using _open = begin()
      signal.addEventListener('abort', changed, { once: true })
      for (let line = after + 1; ; line += 1) {
        await until(() => signal.aborted || isClosed || line <= lines)
        if (signal.aborted || line > lines) return
        yield { line, text: `line ${line}` }
      }
    },
    async *'numbers.all'({ text }, { signal }) {
      using _open = begin()
      for (let n = 0; !signal.aborted; n += 1) {
        pulled += 1
        yield { n, text }
      }
    },
    async *'numbers.wrong'() {
      yield 1
      yield wrongly('two')
    },
    async *'numbers.broken'() {
      yield 1
      throw new AppError('environment-gone', 'it is gone')
    },
    async *'numbers.stuck'() {
      using _open = begin()
      for (;;) {
        yield wrongly({
          toJSON() {
            throw new Error('it cannot be carried')
          },
        })
      }
    },
    'nothing.deaf': () => {
      const opened = begin()
      let end = (): void => undefined
      const ended = new Promise<IteratorResult<number>>((resolve) => {
        end = () => resolve({ done: true, value: undefined })
      })
      let isEnded = false
      const finish = async (): Promise<IteratorResult<number>> => {
        if (!isEnded) opened[Symbol.dispose]()
        isEnded = true
        end()
        return ended
      }
      return { [Symbol.asyncIterator]: () => ({ next: async () => ended, return: finish }) }
    },
  }

  return {
    handlers,
    sources,
    write(count) {
      lines += count
      changed()
    },
    closeLog() {
      isClosed = true
      changed()
    },
    pulled: () => pulled,
    open: () => open,
    idle: async () => until(() => open === 0),
    busy: async (count) => until(() => open === count),
  }
}

/** What the types rule out and a mistake or a foreign client brings all the same. */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- the caller says what it lies about
export function wrongly<T>(value: unknown): T {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- that is the point
  return value as T
}

function once(waiting: Set<() => void>, resolve: () => void): () => void {
  const wake = (): void => {
    waiting.delete(wake)
    resolve()
  }
  return wake
}
