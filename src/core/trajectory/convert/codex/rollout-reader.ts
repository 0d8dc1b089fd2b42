import { recordOf, textOf, type Fields } from '../../../agent/logs/fields.ts'
import { createAnswers } from './answers.ts'
import type { CallDraft, Draft, DraftCall } from './drafts.ts'
import { textOfContent, thoughtOf, toFunctionCall, toUnknownCall, toWebSearch } from './response-items.ts'
import type { Survey } from './survey.ts'
import { toOutput } from './tool-output.ts'

export interface RolloutReader {
  /** One line of a rollout; `size`: its characters. */
  read(line: Fields, size: number): readonly Draft[]
  end(): readonly Draft[]
  /** `info` of the last `token_count`, or what stands for it where the run was cut off before one. */
  readonly totals: Fields | null
}

/** Groups what the model put out between two `token_count` events into one draft each. `threadId` null: not known. */
export function createRolloutReader(
  { unanswered }: Pick<Survey, 'unanswered'>,
  threadId: string | null,
): RolloutReader {
  const answers = createAnswers()
  const open = new Map<string, { readonly draft: CallDraft; readonly call: DraftCall }>()
  let totals: Fields | null = null
  /** The same of a `token_usage_record`, which comes before the tools have run. */
  let recorded: Fields | null = null

  function read(line: Fields, size: number): readonly Draft[] {
    const payload = recordOf(line, 'payload')
    if (payload === null) return []
    switch (line['type']) {
      case 'event_msg':
        readEvent(payload)
        break
      case 'token_usage_record':
        readRecord(payload)
        break
      case 'turn_context':
        answers.turn(answers.turnId ?? textOf(payload, 'turn_id'))
        break
      case 'response_item':
        readItem(payload, textOf(line, 'timestamp'), size)
        break
    }
    const done = answers.take()
    // What still comes for a draft that was given away is nobody's.
    for (const draft of done) if (draft.kind === 'call') for (const { id } of draft.waiting) open.delete(id)
    return done
  }

  function readEvent(payload: Fields): void {
    switch (payload['type']) {
      case 'task_started':
      case 'turn_started':
        answers.turn(textOf(payload, 'turn_id'))
        break
      case 'task_complete':
      case 'turn_complete':
      case 'turn_aborted':
        answers.turn(null)
        break
      case 'token_count':
        readCount(recordOf(payload, 'info'))
    }
  }

  /** Newer versions say what an answer took as soon as it is there. */
  function readRecord(payload: Fields): void {
    const [usage, total] = [recordOf(payload, 'usage'), recordOf(payload, 'thread_token_usage')]
    if (usage === null || total === null) return
    if (threadId !== null && textOf(payload, 'thread_id') !== threadId) return
    recorded = { total_token_usage: total, last_token_usage: usage }
    answers.measure(usage)
  }

  function readCount(info: Fields | null): void {
    if (info !== null && recordOf(info, 'total_token_usage') !== null) {
      totals = info
      recorded = null
    }
    answers.close(info === null ? null : recordOf(info, 'last_token_usage'))
  }

  function readItem(payload: Fields, timestamp: string | null, size: number): void {
    switch (payload['type']) {
      case 'reasoning': {
        const thought = thoughtOf(payload)
        if (thought !== null) answers.think(thought, size)
        break
      }
      case 'message':
        readMessage(payload, timestamp, size)
        break
      case 'web_search_call': {
        const draft = answers.current(size)
        draft.calls.push(toWebSearch(payload, `${draft.id}_web_search_${draft.calls.length}`, timestamp))
        draft.timestamp ??= timestamp
        break
      }
      case 'function_call':
      case 'custom_tool_call':
        readCall(payload, timestamp, size)
        break
      case 'function_call_output':
      case 'custom_tool_call_output':
        readOutput(payload, timestamp)
    }
  }

  function readMessage(payload: Fields, timestamp: string | null, size: number): void {
    const text = textOfContent(payload)
    const role = textOf(payload, 'role') ?? 'user'
    if (role !== 'assistant') {
      answers.interrupt({ kind: 'message', timestamp, source: role === 'user' ? 'user' : 'system', text }, size)
      return
    }
    const draft = answers.current(size)
    if (text !== '') draft.texts.push(text)
    draft.timestamp = timestamp ?? draft.timestamp
  }

  function readCall(payload: Fields, timestamp: string | null, size: number): void {
    const id = textOf(payload, 'call_id') ?? ''
    if (id === '') return
    const earlier = open.get(id)
    earlier?.draft.waiting.delete(earlier.call)
    const draft = answers.current(size)
    const call = toFunctionCall(payload, id, timestamp)
    draft.calls.push(call)
    if (unanswered.has(id)) return
    draft.waiting.add(call)
    open.set(id, { draft, call })
  }

  function readOutput(payload: Fields, timestamp: string | null): void {
    const id = textOf(payload, 'call_id') ?? ''
    const { draft, call } = open.get(id) ?? adopt(toUnknownCall(payload, id, timestamp))
    const { output, metadata } = toOutput(payload['output'])
    // Not the line's length: pictures are left out.
    answers.grow(output?.length ?? 0)
    call.output = output
    call.metadata = metadata
    draft.timestamp ??= call.timestamp ?? timestamp
    draft.waiting.delete(call)
    open.delete(id)
  }

  /** What came back for a call that is not there: it becomes one of the answer that is being given. */
  function adopt(call: DraftCall): { readonly draft: CallDraft; readonly call: DraftCall } {
    const draft = answers.current(0)
    draft.calls.push(call)
    return { draft, call }
  }

  return {
    read,
    end: () => answers.takeAll(),
    get totals() {
      return recorded ?? totals
    },
  }
}
