import type { TrialEventBody } from '../../../contract/events.ts'
import type { Usage } from '../../../contract/trial.ts'
import { toAssistantEvents, toMessage, toUserEvents, type Speaker } from './claude-code/content.ts'
import { complaintOfResult, failureOfError, failureOfResult } from './claude-code/failure.ts'
import { createPartialMessages, type PartialMessages } from './claude-code/partial.ts'
import { tellSystem } from './claude-code/system.ts'
import { createUsageTally, usageOfResult, type UsageTally } from './claude-code/usage.ts'
import { createComplaints, parseLine, recordOf, textOf, type Complaints, type Fields } from './fields.ts'
import type { LogFailure, LogParser } from './log-parser.ts'

type Events = readonly TrialEventBody[]

/**
 * Reads `claude --output-format=stream-json`. A message comes as one line per block, every line with the usage that the
 * message began with: a turn begins with a new message id of the agent itself, and only the result knows all numbers.
 */
export function createClaudeCodeParser({ maxTurns }: { readonly maxTurns: number | null }): LogParser {
  const run: Run = {
    maxTurns,
    complaints: createComplaints(),
    tally: createUsageTally(),
    partial: createPartialMessages(),
    lines: { read: 0, stray: 0 },
    about: { sessionId: null, version: null, model: null },
    turns: 0,
    messageId: null,
    lastError: null,
    failure: null,
    total: null,
  }
  return {
    line: (text) => (text.trim() === '' ? [] : onText(run, text)),
    end: () => end(run),
    get summary() {
      const { about, turns, total, failure, complaints, lines } = run
      const complete = total !== null
      return {
        ...about,
        usage: usageOf(run),
        turns,
        complete,
        failure,
        complaints: complaints.list(),
        lines: { ...lines },
      }
    },
  }
}

/** What is known so far. */
interface Run {
  readonly maxTurns: number | null
  readonly complaints: Complaints
  readonly tally: UsageTally
  readonly partial: PartialMessages
  readonly lines: { read: number; stray: number }
  readonly about: { sessionId: string | null; version: string | null; model: string | null }
  turns: number
  /** Of the agent's turn. */
  messageId: string | null
  /** The CLI's word for why the API refused. */
  lastError: string | null
  failure: LogFailure | null
  /** Of the result. */
  total: Usage | null
}

function onText(run: Run, text: string): Events {
  run.lines.read += 1
  const line = parseLine(text)
  if (line !== null) return onLine(run, line, text)
  run.lines.stray += 1
  // What begins like an event is one that was cut, and may hold anything.
  if (!text.trimStart().startsWith('{')) run.complaints.add(text)
  return []
}

function onLine(run: Run, line: Fields, text: string): Events {
  switch (line['type']) {
    case 'assistant':
      return onAssistant(run, line)
    case 'user':
      return onUser(run, line)
    case 'result':
      return onResult(run, line)
    case 'stream_event':
      return onPiece(run, line)
    case 'system':
      if (line['subtype'] === 'init') onInit(run, line)
      return tellSystem(line, speakerOf(run, line))
    case 'rate_limit_event':
      return tellSystem(line, speakerOf(run, line))
    case 'conversation_reset':
      run.about.sessionId = textOf(line, 'new_conversation_id') ?? run.about.sessionId
      return []
    case 'error':
      run.failure = failureOfError(line)
      run.complaints.add(text)
      return []
    default:
      return []
  }
}

function onInit({ about }: Run, line: Fields): void {
  about.sessionId = textOf(line, 'session_id') ?? about.sessionId
  about.version = textOf(line, 'claude_code_version') ?? about.version
  about.model = textOf(line, 'model') ?? about.model
}

function onAssistant(run: Run, line: Fields): Events {
  const message = recordOf(line, 'message') ?? {}
  run.lastError = textOf(line, 'error') ?? run.lastError
  if (message['model'] === OWN_WORDS) return toSystemWords(message['content'], speakerOf(run, line))
  const id = textOf(message, 'id') ?? textOf(line, 'uuid') ?? `line ${run.lines.read}`
  const parentCallId = textOf(line, 'parent_tool_use_id')
  run.partial.whole(id, parentCallId)
  run.about.model ??= textOf(message, 'model')
  const used = recordOf(message, 'usage')
  const changed = used !== null && run.tally.see(id, used, textOf(message, 'stop_reason') !== null)
  const turn = parentCallId === null ? nextTurn(run, id) : []
  const said = toAssistantEvents(message['content'], { turn: run.turns, parentCallId })
  return [...turn, ...said, ...(changed ? [tellUsage(run)] : [])]
}

/** What the CLI calls the model of messages that it wrote itself. */
const OWN_WORDS = '<synthetic>'

/** What the CLI says in the place of the model, e.g. that the API refused. */
function toSystemWords(content: unknown, speaker: Speaker): Events {
  return toAssistantEvents(content, speaker).flatMap((event) =>
    event.type === 'message.received' ? [{ ...event, source: 'system' as const }] : [],
  )
}

function nextTurn(run: Run, messageId: string): Events {
  if (messageId === run.messageId) return []
  run.messageId = messageId
  run.turns += 1
  const started = { type: 'turn.started' as const, turn: run.turns, maxTurns: run.maxTurns }
  return run.turns === 1 ? [started] : [{ type: 'turn.finished', turn: run.turns - 1 }, started]
}

function onUser(run: Run, line: Fields): Events {
  const speaker = speakerOf(run, line)
  const events = toUserEvents(recordOf(line, 'message')?.['content'], speaker)
  // The instruction, at the start or played back; of a subagent, what its call says already.
  const isEcho = run.turns === 0 || line['isReplay'] === true || speaker.parentCallId !== null
  return isEcho ? events.filter(({ type }) => type !== 'message.received') : events
}

function onResult(run: Run, line: Fields): Events {
  const told = run.tally.total()
  const result = usageOfResult(line)
  run.total = {
    inputTokens: result.inputTokens ?? told.inputTokens,
    cachedTokens: result.cachedTokens ?? told.cachedTokens,
    outputTokens: result.outputTokens ?? told.outputTokens,
    costUsd: result.costUsd,
  }
  run.failure = failureOfResult(line, run.lastError)
  const complaint = complaintOfResult(line)
  if (complaint !== null) run.complaints.add(complaint)
  return [tellUsage(run)]
}

function onPiece(run: Run, line: Fields): Events {
  const known = run.partial.piece(line)
  return known !== null && run.tally.see(known.messageId, known.usage, true) ? [tellUsage(run)] : []
}

function end(run: Run): Events {
  const rest = run.partial.left().flatMap(({ messageId, parentCallId, text, reasoning }) => {
    const turn = parentCallId === null ? nextTurn(run, messageId) : []
    return [...turn, ...toMessage('agent', text, reasoning, { turn: run.turns, parentCallId })]
  })
  return run.turns === 0 ? rest : [...rest, { type: 'turn.finished', turn: run.turns }]
}

function tellUsage(run: Run): TrialEventBody {
  return { type: 'usage.updated', usage: usageOf(run) }
}

function usageOf(run: Run): Usage {
  return run.total ?? run.tally.total()
}

function speakerOf({ turns }: Run, line: Fields): Speaker {
  return { turn: turns, parentCallId: textOf(line, 'parent_tool_use_id') }
}
