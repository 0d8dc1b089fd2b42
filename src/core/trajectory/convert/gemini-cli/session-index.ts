import { parseLine, recordOf, textOf, type Fields } from '../../../agent/logs/fields.ts'
import { createColumn, createHashTable, hashOf } from '../columns.ts'
import type { LogFolder } from '../converter.ts'
import { createLineChains } from '../line-chains.ts'
import type { Demand } from '../line-reader.ts'

export interface SessionIndex {
  readonly sessionId: string | null
  /** The first that answered. */
  readonly model: string | null
  readonly messages: number
  /** Lines that are no JSON object. */
  readonly skipped: number
  /** Where the lines of a message begin, in order: it is written anew as it grows. */
  linesOf(message: number): readonly number[]
  /** How often the messages ask for the line that begins there. */
  demandOf(at: number): Demand
}

/** Reads a session of JSON lines once. What was taken back by a rewind is not in it. */
export async function indexSession(logs: LogFolder, path: string): Promise<SessionIndex> {
  const messages = createMessages()
  let sessionId: string | null = null
  let model: string | null = null
  let skipped = 0
  for await (const { text, at } of logs.lines(path)) {
    const record = parseLine(text)
    if (record === null) {
      if (text.trim() !== '') skipped += 1
      continue
    }
    const id = textOf(record, 'id')
    const change = recordOf(record, '$set')
    if ('$rewindTo' in record) messages.rewind(textOf(record, '$rewindTo'))
    else if (change !== null) sessionId = textOf(change, 'sessionId') ?? sessionId
    else if (isMessage(record)) {
      model ??= textOf(record, 'model')
      if (id !== null) messages.record(id, at)
    } else if (record['type'] === 'message_update') {
      if (id !== null) messages.update(id, at)
    } else sessionId = textOf(record, 'sessionId') ?? sessionId
  }
  const { length, linesOf, demandOf } = messages
  return { sessionId, model, skipped, messages: length, linesOf, demandOf }
}

export function isMessage(record: Fields): boolean {
  return record['type'] === 'user' || record['type'] === 'gemini'
}

interface Messages {
  record(id: string, at: number): void
  /** May come before its message. */
  update(id: string, at: number): void
  /** Takes back a message and all after it; all of them where nobody knows it. */
  rewind(id: string | null): void
  readonly linesOf: (message: number) => readonly number[]
  readonly demandOf: (at: number) => Demand
  readonly length: number
}

function createMessages(): Messages {
  const known = createHashTable()
  const chains = createLineChains()
  /** Chains of the messages in order, `length` of them; behind it stands what was taken back. */
  const order = createColumn('count')
  let length = 0
  /** Of a chain: one more than its place in the order; 0: its message did not come yet. */
  const places = createColumn('count')
  /** Chains below are taken back. */
  let cleared = 0

  function find(id: string): number | null {
    const chain = known.get(hashOf(id))
    if (chain === null || chain < cleared) return null
    const place = places.at(chain)
    return place === 0 || (place <= length && order.at(place - 1) === chain) ? chain : null
  }

  function touch(id: string, at: number): number {
    const chain = find(id) ?? chains.add()
    if (chain === places.length) {
      places.push(0)
      known.set(hashOf(id), chain)
    }
    chains.append(chain, at)
    return chain
  }

  return {
    record(id, at) {
      const chain = touch(id, at)
      if (places.at(chain) !== 0) return
      if (length === order.length) order.push(chain)
      else order.set(length, chain)
      length += 1
      places.set(chain, length)
    },
    update(id, at) {
      touch(id, at)
    },
    rewind(id) {
      const chain = id === null ? null : find(id)
      const place = chain === null ? 0 : places.at(chain)
      if (place === 0) cleared = chains.length
      length = place === 0 ? 0 : place - 1
    },
    linesOf: (message) => chains.linesOf(order.at(message)),
    demandOf: (at) => chains.demandOf(at),
    get length() {
      return length
    },
  }
}
