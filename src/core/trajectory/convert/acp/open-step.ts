import type { TrajectoryStep } from '../../../../contract/harbor/trajectory.ts'
import { recordOf, textOf, type Fields } from '../../../agent/logs/fields.ts'
import {
  contentText,
  mergeToolCall,
  toolArguments,
  toolResult,
  type ToolCallState,
} from '../../../agent/acp/tool-call.ts'

/** One step while it is read. */
export interface OpenStep {
  update(update: Fields): void
  /** Anything else of the record: requests for leave, terminals. */
  event(type: string, payload: Fields): void
  /** Null: nothing happened in it. */
  toStep(model: string | null): Omit<TrajectoryStep, 'step_id'> | null
  readonly carried: Carried
}

/** What goes over from step to step. */
interface Carried {
  /** Requests that came before the update of the call they are about. */
  readonly permissions: Map<string, Fields>
  readonly terminals: Map<string, string>
}

/** A step may be large, but not larger than a reader can hold. */
const MAX_CHARS = 4 * 1024 * 1024
/** Terminals whose output may still be asked for. */
const MAX_TERMINALS = 100

export function createStep(before?: OpenStep): OpenStep {
  const carried: Carried = before?.carried ?? { permissions: new Map(), terminals: new Map() }
  const calls = new Map<string, ToolCallState>()
  const permissions: Fields[] = []
  const counts: Record<string, number> = {}
  let message = ''
  let reasoning = ''
  const count = (kind: string): void => {
    counts[kind] = (counts[kind] ?? 0) + 1
  }
  return {
    carried,
    update(update) {
      const kind = textOf(update, 'sessionUpdate') ?? ''
      const id = textOf(update, 'toolCallId') ?? ''
      if (kind === 'agent_message_chunk') message = append(message, contentText(update['content']))
      else if (kind === 'agent_thought_chunk') reasoning = append(reasoning, contentText(update['content']))
      else if ((kind === 'tool_call' || kind === 'tool_call_update') && id !== '') {
        calls.set(id, mergeToolCall(id, calls.get(id), update))
        const asked = carried.permissions.get(id)
        if (asked !== undefined) permissions.push(asked)
        carried.permissions.delete(id)
      } else if (kind !== 'usage_update') return
      count(kind)
    },
    event(type, payload) {
      if (type === 'request_permission') {
        const call = recordOf(payload, 'tool_call')
        const id = call === null ? null : textOf(call, 'toolCallId')
        if (id === null) return
        if (calls.has(id)) permissions.push(payload)
        else carried.permissions.set(id, payload)
      }
      const terminal = textOf(payload, 'terminal_id')
      const output = textOf(payload, 'output')
      if (terminal === null || output === null) return
      carried.terminals.set(terminal, output)
      const [oldest] = carried.terminals.keys()
      if (carried.terminals.size > MAX_TERMINALS && oldest !== undefined) carried.terminals.delete(oldest)
    },
    toStep(model) {
      if (message === '' && reasoning === '' && calls.size === 0) return null
      const states = [...calls.values()]
      const results = states.flatMap((state) => {
        const content = toolResult(state, (id) => carried.terminals.get(id) ?? null)
        return content === '' ? [] : [{ source_call_id: state.id, content }]
      })
      return {
        source: 'agent',
        ...(model === null ? {} : { model_name: model }),
        message,
        ...(reasoning === '' ? {} : { reasoning_content: reasoning }),
        ...(states.length === 0 ? {} : { tool_calls: states.map(toToolCall) }),
        ...(results.length === 0 ? {} : { observation: { results } }),
        extra: {
          session_update_counts: { ...counts },
          ...(permissions.length === 0 ? {} : { permission_requests: permissions }),
        },
      }
    },
  }
}

function toToolCall(state: ToolCallState): NonNullable<TrajectoryStep['tool_calls']>[number] {
  return { tool_call_id: state.id, function_name: state.name, arguments: toolArguments(state) }
}

function append(before: string, more: string): string {
  return before.length >= MAX_CHARS ? before : (before + more).slice(0, MAX_CHARS)
}
