import type { TrialEventBody } from '../../../contract/events.ts'
import { createComplaints, countOf, parseLine, recordOf, textOf, type Complaints, type Fields } from './fields.ts'
import type { LogFailure, LogParser } from './log-parser.ts'
import { toContentText, toMessageParts } from './pi/content.ts'
import { failureOf, isEmptyStop, type Ending } from './pi/failure.ts'
import { createPiUsage, type PiUsage } from './pi/usage.ts'
import { mayBePieceOfEvent, withoutColours } from './stray.ts'
import { toToolReturned } from './tool-returned.ts'

type Events = readonly TrialEventBody[]

/**
 * Reads `pi --print --mode json`. It exits with 0 whatever happened: how the run ended is said by the last answer of the
 * model. What a message is made of comes whole at its end; the updates before are left out by the command already.
 */
export function createPiParser({ maxTurns }: { readonly maxTurns: number | null }): LogParser {
  const run: Run = {
    maxTurns,
    complaints: createComplaints(),
    lines: { read: 0, stray: 0 },
    usage: createPiUsage(),
    called: new Set(),
    returned: new Set(),
    about: { sessionId: null, model: null },
    turns: 0,
    inTurn: false,
    failure: null,
    ended: false,
  }
  return {
    line: (text) => (text.trim() === '' ? [] : onText(run, text)),
    end: () => finishTurn(run),
    get summary() {
      const { about, turns, failure, complaints, lines, ended, usage } = run
      const counted = { lines: { ...lines }, complaints: complaints.list() }
      return { ...about, ...counted, version: null, usage: usage.total(), turns, failure, complete: ended }
    },
  }
}

/** What is known so far. */
interface Run {
  readonly maxTurns: number | null
  readonly complaints: Complaints
  readonly lines: { read: number; stray: number }
  readonly usage: PiUsage
  /** Calls that were told, and those whose answer was. */
  readonly called: Set<string>
  readonly returned: Set<string>
  readonly about: { sessionId: string | null; model: string | null }
  turns: number
  /** Whether the turn that began last is still going on. */
  inTurn: boolean
  failure: LogFailure | null
  /** Whether nothing has to follow. */
  ended: boolean
}

function onText(run: Run, text: string): Events {
  run.lines.read += 1
  // By far the most lines, where they are there at all.
  if (text.startsWith('{"type":"message_update"')) return []
  const line = parseLine(text)
  if (line !== null) return onLine(run, line)
  run.lines.stray += 1
  const words = withoutColours(text)
  // A model that is new to pi is taken by its name: that is no failure.
  if (!mayBePieceOfEvent(text) && !words.startsWith('Warning: Model ')) run.complaints.add(words)
  return []
}

function onLine(run: Run, line: Fields): Events {
  switch (line['type']) {
    case 'session':
      run.about.sessionId = textOf(line, 'id') ?? run.about.sessionId
      return []
    case 'turn_start':
      run.ended = false
      run.inTurn = false
      return mayHaveTurn(run) ? startTurn(run) : []
    case 'message_end':
      return onMessage(run, recordOf(line, 'message') ?? {})
    case 'turn_end':
      run.inTurn = false
      return []
    case 'tool_execution_start':
      return onCall(run, textOf(line, 'toolCallId'), textOf(line, 'toolName') ?? '', recordOf(line, 'args') ?? {})
    case 'tool_execution_end': {
      const content = recordOf(line, 'result')?.['content']
      return onReturn(run, textOf(line, 'toolCallId'), content, line['isError'] === true)
    }
    case 'agent_end':
    case 'agent_settled':
      run.ended = true
      return []
    default:
      return onTrouble(run, line)
  }
}

/** Once the last turn that is allowed is over, the next is begun and given up: that is none. */
function mayHaveTurn({ maxTurns, turns }: Run): boolean {
  return maxTurns === null || turns < maxTurns
}

function startTurn(run: Run): Events {
  const before = finishTurn(run)
  run.turns += 1
  run.inTurn = true
  return [...before, { type: 'turn.started', turn: run.turns, maxTurns: run.maxTurns }]
}

function finishTurn({ turns }: Run): Events {
  return turns === 0 ? [] : [{ type: 'turn.finished', turn: turns }]
}

function onMessage(run: Run, message: Fields): Events {
  switch (message['role']) {
    case 'assistant':
      return onAssistant(run, message)
    case 'toolResult':
      return [
        ...onReturn(run, textOf(message, 'toolCallId'), message['content'], message['isError'] === true),
        ...tellUsage(run, message),
      ]
    default:
      return []
  }
}

function onAssistant(run: Run, message: Fields): Events {
  const parts = toMessageParts(message['content'])
  const ending: Ending = { message, isEmpty: parts.isEmpty, turns: run.turns, maxTurns: run.maxTurns }
  run.failure = failureOf(ending)
  if (run.failure !== null) run.complaints.add(run.failure.message)
  if (isEmptyStop(ending)) return []
  run.about.model = textOf(message, 'model') ?? run.about.model
  const started = run.inTurn ? [] : startTurn(run)
  return [
    ...started,
    ...toMessage(run, parts),
    ...parts.calls.flatMap(({ id, name, args }) => onCall(run, id, name, args)),
    ...tellUsage(run, message),
  ]
}

function toMessage({ turns }: Run, { text, reasoning }: { readonly text: string; readonly reasoning: string }): Events {
  if (text === '' && reasoning === '') return []
  return [
    { type: 'message.received', turn: turns, source: 'agent', text, reasoning: reasoning === '' ? null : reasoning },
  ]
}

function onCall(run: Run, callId: string | null, name: string, args: Fields): Events {
  if (callId === null || run.called.has(callId)) return []
  run.called.add(callId)
  return [{ type: 'tool.called', turn: run.turns, callId, name, arguments: { ...args } }]
}

function onReturn(run: Run, callId: string | null, content: unknown, isError: boolean): Events {
  if (callId === null || run.returned.has(callId)) return []
  run.returned.add(callId)
  return [toToolReturned({ callId, text: toContentText(content), isError, durationMs: null })]
}

function tellUsage(run: Run, message: Fields): Events {
  const used = recordOf(message, 'usage')
  return used !== null && run.usage.add(used) ? [{ type: 'usage.updated', usage: run.usage.total() }] : []
}

/** Attempts that failed and are made anew, and a conversation that grew too long. */
function onTrouble(run: Run, line: Fields): Events {
  const error = textOf(line, 'errorMessage')
  switch (line['type']) {
    case 'auto_retry_start':
    case 'summarization_retry_scheduled': {
      const attempt = `attempt ${countOf(line, 'attempt') ?? '?'} of ${countOf(line, 'maxAttempts') ?? '?'}`
      return [{ type: 'warning.raised', message: `pi tries again, ${attempt}: ${error ?? ''}`, hint: null }]
    }
    case 'compaction_end':
      if (error !== null) run.complaints.add(error)
      if (recordOf(line, 'result') === null) return []
      return [
        {
          type: 'message.received',
          turn: run.turns,
          source: 'system',
          text: 'The conversation was compacted.',
          reasoning: null,
        },
      ]
    default:
      return []
  }
}
