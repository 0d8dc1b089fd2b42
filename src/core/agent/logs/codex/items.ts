import { textOf, type Fields } from '../fields.ts'
import { toToolReturned } from '../tool-returned.ts'
import { toCall, toResult } from './calls.ts'
import type { Emit, Turns } from './turns.ts'

/** What is told of an item: that it began, changed or ended. */
export type ItemStage = 'item.started' | 'item.updated' | 'item.completed'

export interface ItemReader {
  read(stage: ItemStage, item: Fields): void
  /** A process began: its items are numbered anew. */
  restart(): void
}

export interface ItemReaderAsk {
  readonly turns: Turns
  readonly emit: Emit
  /** Of one tool's answer; undefined: as everywhere. */
  readonly maxContentChars: number | undefined
}

/** Items of a thread as messages and tool calls. */
export function createItemReader({ turns, emit, maxContentChars }: ItemReaderAsk): ItemReader {
  /** Called and not come back. */
  const open = new Set<string>()
  let processes = 0
  let nameless = 0
  let plans = 0

  function read(stage: ItemStage, item: Fields): void {
    const done = stage === 'item.completed'
    switch (item['type']) {
      case 'agent_message':
      case 'plan':
        if (done) turns.said(textOf(item, 'text') ?? '')
        break
      case 'reasoning':
        if (done) turns.thought(textOf(item, 'text') ?? '')
        break
      case 'todo_list':
        if (!done) readPlan(item)
        break
      default:
        if (stage !== 'item.updated') readCall(item, done)
    }
  }

  /** Every change of the list is a call of its own; at the end of the turn it is only repeated. */
  function readPlan(item: Fields): void {
    plans += 1
    const callId = `${idOf(item)}#${plans}`
    call(callId, item)
    answer(callId, item)
  }

  function readCall(item: Fields, done: boolean): void {
    const callId = idOf(item)
    if (!open.has(callId)) call(callId, item)
    if (done) {
      open.delete(callId)
      answer(callId, item)
    } else open.add(callId)
  }

  function call(callId: string, item: Fields): void {
    const { name, args } = toCall(item)
    turns.called({ callId, name, arguments: args, awaited: item['type'] !== 'web_search' })
  }

  function answer(callId: string, item: Fields): void {
    turns.returned()
    const { content, isError } = toResult(item)
    emit(toToolReturned({ callId, text: content, isError, durationMs: null }, maxContentChars))
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
      turns.finish()
    },
  }
}
