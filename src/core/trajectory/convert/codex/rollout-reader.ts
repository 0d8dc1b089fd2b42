import { listOf, recordOf, textOf, type Fields } from '../../../agent/logs/fields.ts'
import { isWhole, type CallDraft, type Draft, type DraftCall } from './drafts.ts'
import { createStepQueue } from './step-queue.ts'
import { textOfContent, toFunctionCall, toWebSearch } from './response-items.ts'
import { toOutput } from './tool-output.ts'
import type { Survey } from './survey.ts'

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
  const queue = createStepQueue<Draft>(isWhole)
  const open = new Map<string, { readonly draft: CallDraft; readonly call: DraftCall }>()
  let current: CallDraft | null = null
  /** Of the answer that is being given too, but somebody spoke since. */
  let interrupted: CallDraft | null = null
  let answers = 1
  let turnId: string | null = null
  let thoughts: string[] = []
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
        turnId ??= textOf(payload, 'turn_id')
        break
      case 'response_item':
        readItem(payload, textOf(line, 'timestamp'), size)
        break
    }
    return queue.take().map(letGo)
  }

  /** What comes for a draft that was given away is nobody's. */
  function letGo(draft: Draft): Draft {
    if (draft === current) current = null
    if (draft === interrupted) interrupted = null
    if (draft.kind === 'call') for (const { id } of draft.waiting) open.delete(id)
    return draft
  }

  function readEvent(payload: Fields): void {
    switch (payload['type']) {
      case 'task_started':
      case 'turn_started':
        turnId = textOf(payload, 'turn_id')
        break
      case 'task_complete':
      case 'turn_complete':
      case 'turn_aborted':
        turnId = null
        break
      case 'token_count':
        closeAnswer(recordOf(payload, 'info'))
    }
  }

  /** Newer versions say what an answer took as soon as it is there. */
  function readRecord(payload: Fields): void {
    const [usage, total] = [recordOf(payload, 'usage'), recordOf(payload, 'thread_token_usage')]
    if (usage === null || total === null) return
    if (threadId !== null && textOf(payload, 'thread_id') !== threadId) return
    recorded = { total_token_usage: total, last_token_usage: usage }
    if (current !== null) current.usage = usage
  }

  /** A `token_count` ends an answer of the model, if there was one. */
  function closeAnswer(info: Fields | null): void {
    if (info !== null && recordOf(info, 'total_token_usage') !== null) {
      totals = info
      recorded = null
    }
    const draft = current ?? interrupted
    if (draft === null) return
    draft.usage = (info === null ? null : recordOf(info, 'last_token_usage')) ?? draft.usage
    draft.closed = true
    current = null
    interrupted = null
    answers += 1
  }

  function readItem(payload: Fields, timestamp: string | null, size: number): void {
    switch (payload['type']) {
      case 'reasoning':
        thoughts.push(...thoughtOf(payload))
        break
      case 'message':
        readMessage(payload, timestamp, size)
        break
      case 'web_search_call': {
        const draft = answer(timestamp, size)
        draft.calls.push(toWebSearch(payload, `${draft.id}_web_search_${draft.calls.length}`))
        break
      }
      case 'function_call':
      case 'custom_tool_call':
        readCall(payload, timestamp, size)
        break
      case 'function_call_output':
      case 'custom_tool_call_output':
        readOutput(payload, timestamp, size)
    }
  }

  function readMessage(payload: Fields, timestamp: string | null, size: number): void {
    const text = textOfContent(payload)
    const role = textOf(payload, 'role') ?? 'user'
    if (role === 'assistant') {
      const draft = answer(timestamp, size)
      if (text !== '') draft.texts.push(text)
      draft.timestamp = timestamp ?? draft.timestamp
      return
    }
    thoughts = []
    // What the model says after it is a step of its own, though it may be of the same answer.
    interrupted = current ?? interrupted
    current = null
    queue.add({ kind: 'message', timestamp, source: role === 'user' ? 'user' : 'system', text }, size)
  }

  function readCall(payload: Fields, timestamp: string | null, size: number): void {
    const id = textOf(payload, 'call_id') ?? ''
    if (id === '') return
    const earlier = open.get(id)
    earlier?.draft.waiting.delete(earlier.call)
    const draft = answer(timestamp, size)
    const call = toFunctionCall(payload, id)
    draft.calls.push(call)
    if (unanswered.has(id)) return
    draft.waiting.add(call)
    open.set(id, { draft, call })
  }

  function readOutput(payload: Fields, timestamp: string | null, size: number): void {
    const id = textOf(payload, 'call_id') ?? ''
    const { draft, call } = open.get(id) ?? adopt(payload, id, timestamp, size)
    const { output, metadata } = toOutput(payload['output'])
    call.output = output
    call.metadata = metadata
    draft.waiting.delete(call)
    open.delete(id)
    queue.grow(size)
  }

  /** What came back for a call that is not there. */
  function adopt(
    payload: Fields,
    id: string,
    timestamp: string | null,
    size: number,
  ): { readonly draft: CallDraft; readonly call: DraftCall } {
    const draft = answer(timestamp, size)
    const name = textOf(payload, 'name') ?? ''
    const call = { id, name, arguments: {}, rawArguments: null, itemType: null, status: null, metadata: null }
    draft.calls.push(call)
    return { draft, call }
  }

  /** The answer that is being given, begun where there is none. */
  function answer(timestamp: string | null, size: number): CallDraft {
    if (current === null) {
      if (interrupted !== null) interrupted.closed = true
      interrupted = null
      current = newDraft(`api_call_${answers}`, turnId, timestamp)
      queue.add(current, size)
    } else queue.grow(size)
    current.thoughts.push(...thoughts)
    thoughts = []
    return current
  }

  return {
    read,
    end: () => queue.takeAll(),
    get totals() {
      return recorded ?? totals
    },
  }
}

function newDraft(id: string, turnId: string | null, timestamp: string | null): CallDraft {
  return {
    kind: 'call',
    id,
    turnId,
    timestamp,
    texts: [],
    thoughts: [],
    calls: [],
    usage: null,
    closed: false,
    waiting: new Set(),
  }
}

/** The summary of a thought; the thought itself is encrypted. */
function thoughtOf(payload: Fields): readonly string[] {
  const parts = listOf(payload, 'summary').flatMap((part) => {
    if (typeof part === 'string') return [part]
    const text = typeof part === 'object' && part !== null && 'text' in part ? part.text : null
    return typeof text === 'string' ? [text] : []
  })
  return parts.length === 0 ? [] : [parts.join('\n')]
}
