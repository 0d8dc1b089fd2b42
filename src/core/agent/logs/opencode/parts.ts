import type { TrialEventBody } from '../../../../contract/events.ts'
import { createHashTable, hashOf } from '../../../trajectory/convert/columns.ts'
import { asRecord, numberOf, recordOf, textOf, type Fields } from '../fields.ts'
import { toToolReturned } from '../tool-returned.ts'

/** A part is told again when something about it changes, e.g. when it is forgotten to make room. */
export interface PartsSeen {
  isNew(part: Fields): boolean
}

/** Messages whose parts are known one by one; of those before them, any part was told. */
const RECENT_MESSAGES = 8
/** Of those before them, at least so many are known, and at most twice as many. */
const OLDER_MESSAGES = 20_000

export function createPartsSeen(): PartsSeen {
  // No map: one whose entries come and go leaves a chain of tables behind that keeps them alive until all memory is swept.
  const recent: { readonly id: string; readonly parts: Set<string> }[] = []
  let older = createHashTable()
  let oldest = createHashTable()
  let olderMessages = 0
  const forget = (messageId: string): void => {
    if (olderMessages >= OLDER_MESSAGES) {
      oldest = older
      older = createHashTable()
      olderMessages = 0
    }
    older.set(hashOf(messageId), 0)
    olderMessages += 1
  }
  const partsOf = (messageId: string): Set<string> => {
    const known = recent.find(({ id }) => id === messageId)
    if (known !== undefined) return known.parts
    const first = recent.length < RECENT_MESSAGES ? undefined : recent.shift()
    if (first !== undefined) forget(first.id)
    const parts = new Set<string>()
    recent.push({ id: messageId, parts })
    return parts
  }
  return {
    isNew: (part) => {
      const id = textOf(part, 'id')
      const messageId = textOf(part, 'messageID') ?? ''
      if (id === null) return true
      const hash = hashOf(messageId)
      if (messageId !== '' && (older.get(hash) !== null || oldest.get(hash) !== null)) return false
      const parts = partsOf(messageId)
      if (parts.has(id)) return false
      parts.add(id)
      return true
    },
  }
}

/** A call that has returned: only then the CLI tells of it. */
export function toToolEvents(part: Fields, turn: number): readonly TrialEventBody[] {
  const callId = textOf(part, 'callID') ?? textOf(part, 'id') ?? ''
  const state = recordOf(part, 'state') ?? {}
  const called = {
    type: 'tool.called' as const,
    turn,
    callId,
    name: textOf(part, 'tool') ?? '',
    arguments: toArguments(state['input']),
  }
  const isError = state['status'] === 'error'
  const text = (isError ? textOf(state, 'error') : textOf(state, 'output')) ?? textOf(state, 'error') ?? ''
  return [called, toToolReturned({ callId, text, isError, durationMs: durationOf(state) })]
}

function toArguments(input: unknown): Record<string, unknown> {
  const record = asRecord(input)
  if (record !== null) return { ...record }
  return input === undefined || input === null || input === '' ? {} : { value: input }
}

function durationOf(state: Fields): number | null {
  const time = recordOf(state, 'time') ?? {}
  const start = numberOf(time, 'start')
  const end = numberOf(time, 'end')
  return start === null || end === null || end < start ? null : end - start
}
