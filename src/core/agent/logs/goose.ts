import type { TrialEventBody } from '../../../contract/events.ts'
import type { Usage } from '../../../contract/trial.ts'
import {
  asRecord,
  countOf,
  createComplaints,
  parseLine,
  recordOf,
  textOf,
  type Complaints,
  type Fields,
} from './fields.ts'
import { partsOf, type GoosePart } from './goose/content.ts'
import { toOwnEntry, type OwnEntry } from './goose/own-log.ts'
import { usageOfComplete } from './goose/totals.ts'
import type { LogFailure, LogParser } from './log-parser.ts'
import { mayBePieceOfEvent, withoutColours } from './stray.ts'
import { toToolReturned } from './tool-returned.ts'

type Events = readonly TrialEventBody[]

/**
 * Reads `goose run --output-format stream-json`. A message comes in pieces under one id and is told once it is whole: when
 * it calls a tool, or something else follows. A turn begins with the first answer after what tools gave back; goose exits
 * with 0 also after an `error`.
 */
export function createGooseParser({ maxTurns }: { readonly maxTurns: number | null }): LogParser {
  const run: Run = {
    maxTurns,
    complaints: createComplaints(),
    lines: { read: 0, stray: 0 },
    turns: 0,
    answered: true,
    messageId: null,
    text: '',
    reasoning: '',
    told: '',
    last: null,
    pending: new Set(),
    model: null,
    usage: null,
    failure: null,
  }
  return {
    line: (text) => (text.trim() === '' ? [] : onText(run, text)),
    end: () => [...flush(run), ...(run.turns === 0 ? [] : [{ type: 'turn.finished', turn: run.turns } as const])],
    get summary() {
      const { complaints, lines, turns, model, failure, usage } = run
      const about = { sessionId: null, version: null, model }
      const counted = { complaints: complaints.list(), lines: { ...lines } }
      return { ...about, ...counted, turns, failure, usage: usage ?? NOT_MEASURED, complete: usage !== null }
    },
  }
}

interface Run {
  readonly maxTurns: number | null
  readonly complaints: Complaints
  readonly lines: { read: number; stray: number }
  turns: number
  /** Whether the model has been given something since its last answer. */
  answered: boolean
  /** Of the message whose pieces come. */
  messageId: string | null
  text: string
  reasoning: string
  /** The last text that was told. */
  told: string
  /** The last message: when it was made, and whose it is. Null: none came. */
  last: { readonly atSec: number; readonly isAnswer: boolean } | null
  /** Calls whose answer has not come. */
  readonly pending: Set<string>
  model: string | null
  /** Of the line that ends the log. */
  usage: Usage | null
  failure: LogFailure | null
}

const NOT_MEASURED: Usage = { inputTokens: null, cachedTokens: null, outputTokens: null, costUsd: null }

function onText(run: Run, text: string): Events {
  run.lines.read += 1
  const line = parseLine(text)
  if (line !== null) return onLine(run, line)
  run.lines.stray += 1
  if (!mayBePieceOfEvent(text)) run.complaints.add(withoutColours(text))
  return []
}

function onLine(run: Run, line: Fields): Events {
  switch (line['type']) {
    case 'message':
      return onMessage(run, recordOf(line, 'message') ?? {})
    case 'model_change':
      run.model = textOf(line, 'model') ?? run.model
      return []
    case 'error': {
      const message = textOf(line, 'error') ?? textOf(asRecord(line['error']) ?? line, 'message') ?? 'an error'
      run.failure = { kind: 'error', message, status: null }
      run.complaints.add(message)
      return flush(run)
    }
    case 'complete': {
      const usage = usageOfComplete(line)
      run.usage = usage
      const isKnown = Object.values(usage).some((value) => value !== null)
      return [...flush(run), ...(isKnown ? [{ type: 'usage.updated', usage } as const] : [])]
    }
    default:
      return onOwnEntry(run, toOwnEntry(line))
  }
}

/** Its own log is read when all that it printed is. */
function onOwnEntry(run: Run, entry: OwnEntry | null): Events {
  if (entry === null) return []
  const { atSec, retry, error } = entry
  const said = run.text === '' ? run.told : run.text
  // It goes on as if nothing had been when it gives up, and says so in the words of an answer.
  if (error !== null && atSec >= (run.last?.atSec ?? 0) - 1 && said.includes(error.trim())) {
    run.failure = { kind: 'error', message: error, status: null }
    run.complaints.add(error)
  }
  return retry !== null && isWaiting(run, atSec) ? [warning(retry)] : []
}

/** Whether the model had been asked, and had not answered, when something was written down. */
function isWaiting({ last, pending }: Run, atSec: number): boolean {
  if (pending.size > 0) return false
  return last === null || (last.isAnswer ? atSec > last.atSec : atSec >= last.atSec)
}

function warning(message: string): TrialEventBody {
  return { type: 'warning.raised', message: `goose: ${message}`, hint: null }
}

function onMessage(run: Run, message: Fields): Events {
  const parts = partsOf(message)
  note(run, message, parts)
  if (message['role'] === 'assistant') return onAssistant(run, textOf(message, 'id'), parts)
  run.answered = true
  return [...flush(run), ...parts.flatMap((part) => toAnswer(part))]
}

function note(run: Run, message: Fields, parts: readonly GoosePart[]): void {
  const atSec = countOf(message, 'created') ?? run.last?.atSec ?? 0
  const isAnswer = message['role'] === 'assistant'
  run.last = { atSec, isAnswer }
  // Asked again, it waits for none of them.
  if (isAnswer && run.answered) run.pending.clear()
  for (const part of parts) {
    if (part.kind === 'call') run.pending.add(part.call.id)
    if (part.kind === 'answer') run.pending.delete(part.answer.id)
  }
}

function onAssistant(run: Run, id: string | null, parts: readonly GoosePart[]): Events {
  const before = id === null || id !== run.messageId ? flush(run) : []
  run.messageId = id
  const turn = run.answered && parts.length > 0 ? nextTurn(run) : []
  return [...before, ...turn, ...parts.flatMap((part) => onPart(run, part))]
}

function nextTurn(run: Run): Events {
  run.answered = false
  run.turns += 1
  const started = { type: 'turn.started' as const, turn: run.turns, maxTurns: run.maxTurns }
  return run.turns === 1 ? [started] : [{ type: 'turn.finished', turn: run.turns - 1 }, started]
}

function onPart(run: Run, part: GoosePart): Events {
  switch (part.kind) {
    case 'text':
      run.text += part.text
      return []
    case 'thinking':
      run.reasoning += part.text
      return []
    case 'answer':
      return toAnswer(part)
    case 'call': {
      const { id, name, args } = part.call
      return [...flush(run), { type: 'tool.called', turn: run.turns, callId: id, name, arguments: { ...args } }]
    }
  }
}

function toAnswer(part: GoosePart): Events {
  if (part.kind !== 'answer') return []
  const { id, text, isError } = part.answer
  return [toToolReturned({ callId: id, text, isError, durationMs: null })]
}

function flush(run: Run): Events {
  const text = run.text.trim()
  const reasoning = run.reasoning.trim()
  run.text = ''
  run.reasoning = ''
  if (text === '' && reasoning === '') return []
  run.told = text
  const said = { text, reasoning: reasoning === '' ? null : reasoning }
  return [{ type: 'message.received', turn: run.turns, source: 'agent', ...said }]
}
