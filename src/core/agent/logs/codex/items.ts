import type { TrialEventBody } from '../../../../contract/events.ts'
import { recordOf, textOf, type Fields } from '../fields.ts'
import { toToolReturned } from '../tool-returned.ts'
import { toCall, toResult } from './calls.ts'
import type { Turns } from './turns.ts'

export interface ItemReader {
  /** `item.started`, `item.updated`, `item.completed`; nothing for anything else. */
  read(event: Fields): readonly TrialEventBody[]
  /** A process began: its items are numbered anew. */
  restart(): readonly TrialEventBody[]
}

/** Items of a thread as messages and tool calls. */
export function createItemReader(turns: Turns, maxContentChars?: number): ItemReader {
  /** Called and not come back, by the stream's id. */
  const open = new Map<string, string>()
  let processes = 0
  let nameless = 0
  let plans = 0

  function read(event: Fields): readonly TrialEventBody[] {
    const item = recordOf(event, 'item')
    if (item === null) return []
    const done = event['type'] === 'item.completed'
    switch (item['type']) {
      case 'agent_message':
      case 'plan':
        return done ? turns.said(textOf(item, 'text') ?? '') : []
      case 'reasoning':
        return done ? turns.thought(textOf(item, 'text') ?? '') : []
      case 'error':
        return []
      case 'todo_list':
        return readPlan(item, done)
      default:
        return readCall(item, event['type'])
    }
  }

  /** Every change of the list is a call of its own; at the end of the turn it is only repeated. */
  function readPlan(item: Fields, done: boolean): readonly TrialEventBody[] {
    if (done) return []
    plans += 1
    const callId = `${idOf(item)}#${plans}`
    return [...call(callId, item), ...answer(callId, item)]
  }

  function readCall(item: Fields, type: unknown): readonly TrialEventBody[] {
    const id = idOf(item)
    if (type === 'item.started') return open.has(id) ? [] : start(id, item)
    if (type !== 'item.completed') return []
    const started = open.has(id) ? [] : start(id, item)
    const callId = open.get(id) ?? id
    open.delete(id)
    return [...started, ...answer(callId, item)]
  }

  function start(id: string, item: Fields): readonly TrialEventBody[] {
    open.set(id, id)
    return call(id, item)
  }

  function call(callId: string, item: Fields): readonly TrialEventBody[] {
    return turns.called({ callId, ...toCall(item), awaited: item['type'] !== 'web_search' })
  }

  function answer(callId: string, item: Fields): readonly TrialEventBody[] {
    turns.returned()
    const { content, isError } = toResult(item)
    return [toToolReturned({ callId, text: content, isError, durationMs: null }, maxContentChars)]
  }

  function idOf(item: Fields): string {
    const id = textOf(item, 'id') ?? `unnamed_${(nameless += 1)}`
    return processes > 1 ? `${processes}:${id}` : id
  }

  return {
    read,
    restart() {
      processes += 1
      open.clear()
      return turns.finish()
    },
  }
}
