import type { TrialEventBody } from '../../../contract/events.ts'
import { textOf, type Fields } from '../logs/fields.ts'
import { hasInput, mergeToolCall, toolArguments, toolResult, type ToolCallState } from './tool-call.ts'
import { isDone } from './turn-rule.ts'

/** The tool calls of a session that have not come to their end. */
export interface Calls {
  take(update: Fields): void
  /** Tells of a call with what is known by now, where that is still to be done. */
  tell(id: string): void
  tellAll(): void
}

/** Of a tool's answer; the whole stands in acp-events.jsonl. */
const MAX_CONTENT = 16_000

interface OpenCall {
  readonly state: ToolCallState
  readonly told: boolean
}

/** A call is told once: when its arguments are there, when it is at work, or when something else happens. */
export function createCalls(say: {
  readonly emit: (event: TrialEventBody) => void
  readonly turn: () => number
  readonly terminalOutput: (id: string) => string | null
}): Calls {
  const open = new Map<string, OpenCall>()
  const ended = new Set<string>()
  function tell(id: string): void {
    const call = open.get(id)
    if (call === undefined || call.told) return
    open.set(id, { ...call, told: true })
    const { name } = call.state
    say.emit({ type: 'tool.called', turn: say.turn(), callId: id, name, arguments: toolArguments(call.state) })
  }
  return {
    take(update) {
      const id = textOf(update, 'toolCallId') ?? ''
      // More is told of a call after its end sometimes: the record has it.
      if (id === '' || ended.has(id)) return
      for (const other of open.keys()) if (other !== id) tell(other)
      const before = open.get(id)
      const state = mergeToolCall(id, before?.state, update)
      open.set(id, { state, told: before?.told ?? false })
      const status = textOf(update, 'status')
      if (hasInput(state.input) || (status !== null && status !== 'pending')) tell(id)
      if (!isDone(update)) return
      open.delete(id)
      ended.add(id)
      say.emit(toReturned(id, toolResult(state, say.terminalOutput), status === 'failed'))
    },
    tell,
    tellAll() {
      for (const id of open.keys()) tell(id)
    },
  }
}

function toReturned(callId: string, content: string, isError: boolean): TrialEventBody {
  const truncated = content.length > MAX_CONTENT
  return { type: 'tool.returned', callId, content: content.slice(0, MAX_CONTENT), isError, truncated, durationMs: null }
}
