import type { TrialEventBody } from '../../../../contract/events.ts'
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
  const recent = new Map<string, Set<string>>()
  let older = new Set<string>()
  let oldest = new Set<string>()
  const forget = (messageId: string): void => {
    recent.delete(messageId)
    if (older.size >= OLDER_MESSAGES) {
      oldest = older
      older = new Set()
    }
    older.add(messageId)
  }
  const partsOf = (messageId: string): Set<string> => {
    const known = recent.get(messageId)
    if (known !== undefined) return known
    const [first] = recent.keys()
    if (first !== undefined && recent.size >= RECENT_MESSAGES) forget(first)
    const parts = new Set<string>()
    recent.set(messageId, parts)
    return parts
  }
  return {
    isNew: (part) => {
      const id = textOf(part, 'id')
      const messageId = textOf(part, 'messageID') ?? ''
      if (id === null) return true
      if (messageId !== '' && (older.has(messageId) || oldest.has(messageId))) return false
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
