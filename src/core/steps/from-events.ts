import type { Step, StepOutline } from '../../contract/api/trials.ts'
import type { StoredEvent } from '../../contract/events.ts'
import { shown, summaryOf, summaryOfCall } from './text.ts'

/** The events of one step. */
export interface StepEvents {
  readonly index: number
  readonly event: StoredEvent
  /** What came of it; null: nothing yet. */
  readonly end: StoredEvent | null
  readonly outputTo: number | null
}

export function outlineOfEvents({ index, event, end, outputTo }: StepEvents): StepOutline {
  const base = {
    index,
    turn: null,
    at: event.at,
    durationMs: null,
    tokens: null,
    costUsd: null,
    isError: false,
    subagent: 'parentCallId' in event && event.parentCallId !== undefined,
    outputTo,
  }
  switch (event.type) {
    case 'message.received': {
      const isThought = event.text === '' && event.source === 'agent'
      const kind = isThought ? 'thought' : event.source === 'agent' ? 'message' : event.source
      return { ...base, kind, turn: event.turn, summary: summaryOf(isThought ? (event.reasoning ?? '') : event.text) }
    }
    case 'tool.called':
      return {
        ...base,
        kind: 'tool',
        turn: event.turn,
        summary: summaryOfCall(event.name, event.arguments),
        durationMs: end?.type === 'tool.returned' ? (end.durationMs ?? between(event.at, end.at)) : null,
        isError: end?.type === 'tool.returned' && end.isError,
      }
    case 'command.started':
      return {
        ...base,
        kind: 'command',
        summary: summaryOf(`${event.purpose}: ${event.command}`),
        durationMs: end?.type === 'command.finished' ? end.durationMs : null,
        isError: end?.type === 'command.finished' && end.exitCode !== 0,
      }
    case 'error.raised':
      return { ...base, kind: 'error', summary: summaryOf(`${event.exceptionType}: ${event.message}`), isError: true }
    default:
      return { ...base, kind: 'system', summary: event.type }
  }
}

/** `output`: what was printed while a command ran. */
export function stepOfEvents(events: StepEvents, output: { text: string; truncated: boolean } | null): Step {
  const { event, end } = events
  const base = {
    ...outlineOfEvents(events),
    source: 'agent' as const,
    model: null,
    message: shown(''),
    reasoning: null,
    toolCalls: [],
    observations: [],
    usage: null,
  }
  switch (event.type) {
    case 'message.received':
      return {
        ...base,
        source: event.source,
        message: shown(event.text),
        reasoning: event.reasoning === null ? null : shown(event.reasoning),
      }
    case 'tool.called': {
      const returned = end?.type === 'tool.returned' ? end : null
      const call = {
        callId: event.callId,
        name: event.name,
        arguments: shown(JSON.stringify(event.arguments, null, 2)),
        observation: returned === null ? null : shown(returned.content, returned.truncated),
        isError: returned?.isError ?? false,
        durationMs: base.durationMs,
      }
      return { ...base, toolCalls: [call] }
    }
    case 'command.started':
      return {
        ...base,
        source: 'system',
        message: shown(event.command),
        observations: [...(output === null ? [] : [output]), ...endOfCommand(end)],
      }
    case 'error.raised':
      return { ...base, source: 'system', message: shown(`${event.exceptionType}: ${event.message}`) }
    default:
      return base
  }
}

function endOfCommand(end: StoredEvent | null): Step['observations'] {
  if (end?.type !== 'command.finished') return []
  const how = end.timedOut ? 'ended by its time limit' : end.cancelled ? 'ended by us' : `exit code ${end.exitCode}`
  return [{ text: how, truncated: end.truncated }]
}

function between(from: string, to: string): number | null {
  const ms = Date.parse(to) - Date.parse(from)
  return Number.isFinite(ms) && ms >= 0 ? ms : null
}
