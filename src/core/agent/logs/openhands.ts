import type { TrialEventBody } from '../../../contract/events.ts'
import { createComplaints, type Complaints } from './fields.ts'
import type { LogFailure, LogParser } from './log-parser.ts'
import { toAction, toAnswer } from './openhands/actions.ts'
import { parseDescribed, parseEntry, pythonField, type Described, type LogEntry } from './openhands/entry.ts'
import { retryOf, stateIn } from './openhands/own-words.ts'
import { mayBePieceOfEvent, withoutColours } from './stray.ts'
import { toToolReturned } from './tool-returned.ts'

type Events = readonly TrialEventBody[]

/**
 * Reads OpenHands' log in its JSON form with all events in it (LOG_JSON, LOG_ALL_EVENTS), where an action is described in
 * words. Every action of the agent is told as a turn: which of them one answer of the model asked for is not said here.
 * Tokens, ids and the exact arguments stand in the session's events only.
 */
export function createOpenhandsParser({ maxTurns }: { readonly maxTurns: number | null }): LogParser {
  const run: Run = {
    maxTurns,
    complaints: createComplaints(),
    lines: { read: 0, stray: 0 },
    sessionId: null,
    turns: 0,
    pending: null,
    complete: false,
    lastError: null,
    failure: null,
  }
  return {
    line: (text) => (text.trim() === '' ? [] : onText(run, text)),
    end: () => (run.turns === 0 ? [] : [{ type: 'turn.finished', turn: run.turns }]),
    get summary() {
      const { complaints, lines, sessionId, turns, complete, failure } = run
      const usage = { inputTokens: null, cachedTokens: null, outputTokens: null, costUsd: null }
      const about = { sessionId, version: null, model: null }
      return { ...about, usage, turns, complete, failure, complaints: complaints.list(), lines: { ...lines } }
    },
  }
}

interface Run {
  readonly maxTurns: number | null
  readonly complaints: Complaints
  readonly lines: { read: number; stray: number }
  sessionId: string | null
  turns: number
  /** The call whose answer has not come. */
  pending: string | null
  complete: boolean
  /** What it wrote down last as an error. */
  lastError: string | null
  failure: LogFailure | null
}

function onText(run: Run, text: string): Events {
  run.lines.read += 1
  const entry = parseEntry(text)
  if (entry !== null) return onEntry(run, entry)
  run.lines.stray += 1
  if (!mayBePieceOfEvent(text)) run.complaints.add(withoutColours(text))
  return []
}

function onEntry(run: Run, entry: LogEntry): Events {
  run.sessionId ??= entry.sessionId
  const described = entry.kind === null ? null : parseDescribed(entry.text)
  if (described === null) {
    return entry.kind === null ? onOwnWords(run, entry) : []
  }
  return entry.kind === 'action' ? onAction(run, described) : onObservation(run, described)
}

/** The program speaks for itself; what its helper process prints may be a tool's. */
function onOwnWords(run: Run, entry: LogEntry): Events {
  const { level, text } = entry
  const state = stateIn(text)
  if (state !== null && ENDS.has(state)) run.complete = true
  // It tried long enough, and waits from here on: nothing comes after it.
  if (state === 'RATE_LIMITED') return [warning(run.lastError ?? 'rate limit')]
  if ((level !== 'ERROR' && level !== 'CRITICAL') || text.startsWith('server: ')) return []
  if (!text.startsWith('STATUS$')) run.lastError = text
  run.complaints.add(text)
  const retry = retryOf(entry)
  return retry === null ? [] : [warning(retry)]
}

const ENDS: ReadonlySet<string> = new Set(['FINISHED', 'STOPPED', 'ERROR', 'REJECTED'])

function warning(message: string): TrialEventBody {
  return { type: 'warning.raised', message: `openhands: ${message}`, hint: null }
}

function onAction(run: Run, described: Described): Events {
  if (described.about.includes('EventSource.USER') || NO_ACTIONS.has(described.name)) return []
  const { text, call } = toAction(described)
  run.turns += 1
  const turn = run.turns
  run.pending = null
  const events: TrialEventBody[] = [{ type: 'turn.started', turn, maxTurns: run.maxTurns }]
  if (turn > 1) events.unshift({ type: 'turn.finished', turn: turn - 1 })
  if (text !== '') events.push({ type: 'message.received', turn, source: 'agent', text, reasoning: null })
  if (call === null) return events
  run.pending = `call_${turn}`
  return [...events, { type: 'tool.called', turn, callId: run.pending, name: call.name, arguments: { ...call.args } }]
}

/** The program's own. */
const NO_ACTIONS: ReadonlySet<string> = new Set([
  'NullAction',
  'ChangeAgentStateAction',
  'RecallAction',
  'SystemMessageAction',
])

function onObservation(run: Run, described: Described): Events {
  if (described.name === 'AgentStateChangedObservation') onState(run, described)
  const callId = run.pending
  if (callId === null || NO_ANSWERS.has(described.name)) return []
  run.pending = null
  return [toToolReturned({ callId, ...toAnswer(described), durationMs: null })]
}

const NO_ANSWERS: ReadonlySet<string> = new Set([
  'AgentStateChangedObservation',
  'RecallObservation',
  'NullObservation',
])

function onState(run: Run, { about }: Described): void {
  if (pythonField(about, 'agent_state') !== 'error') return
  const reason = pythonField(about, 'reason') || 'the agent came to an error'
  // A code of its own says less than what it wrote down before.
  const message = reason.startsWith('STATUS$') ? (run.lastError ?? reason) : reason
  run.failure = { kind: kindOf(reason), message, status: null }
  run.complaints.add(message)
}

/** A limit that the user or OpenHands has set is no failure of the run. */
function kindOf(reason: string): string {
  if (/maximum iteration/i.test(reason)) return 'max_iterations'
  if (/maximum budget/i.test(reason)) return 'max_budget'
  return reason.startsWith('STATUS$') ? reason : 'error'
}
