import type { TrialEventBody } from '../../../contract/events.ts'
import { createComplaints, parseLine, recordOf, textOf, type Complaints, type Fields } from './fields.ts'
import type { LogFailure, LogParser } from './log-parser.ts'
import { complaintOfError, failureOfError } from './opencode/failure.ts'
import { toOwnError } from './opencode/own-log.ts'
import { createPartsSeen, toToolEvents, type PartsSeen } from './opencode/parts.ts'
import { createStepUsage, type StepUsage } from './opencode/usage.ts'
import { mayBePieceOfEvent, withoutColours } from './stray.ts'

type Events = readonly TrialEventBody[]

/**
 * Reads `opencode run --format=json`: events of the agent itself, those of its subagents are in its database only. A step
 * is one answer of the model, and begins anew under the same message where the connection broke.
 */
export function createOpencodeParser({ maxTurns }: { readonly maxTurns: number | null }): LogParser {
  const run: Run = {
    maxTurns,
    complaints: createComplaints(),
    lines: { read: 0, stray: 0 },
    usage: createStepUsage(),
    seen: createPartsSeen(),
    sessionId: null,
    turns: 0,
    answers: 0,
    step: null,
    failure: null,
    ended: false,
    warning: null,
  }
  return {
    line: (text) => (text.trim() === '' ? [] : onText(run, text)),
    end: () => [...tellMessage(run), ...finishTurn(run)],
    get answers() {
      return run.answers
    },
    get summary() {
      const { sessionId, turns, failure, complaints, lines, ended, usage } = run
      const about = { sessionId, version: null, model: null }
      const counted = { lines: { ...lines }, complaints: complaints.list() }
      return { ...about, ...counted, usage: usage.total(), turns, failure, complete: ended }
    },
  }
}

/** What is known so far. */
interface Run {
  readonly maxTurns: number | null
  readonly complaints: Complaints
  readonly lines: { read: number; stray: number }
  readonly usage: StepUsage
  readonly seen: PartsSeen
  sessionId: string | null
  turns: number
  /** Begun anew ones among them: a tool that they call is told of only when it is done. */
  answers: number
  step: Step | null
  failure: LogFailure | null
  /** Whether nothing has to follow: the last step called no tools, or an error ended the run. */
  ended: boolean
  /** The last that was told: the same is told once, until the model gets on. */
  warning: string | null
}

interface Step {
  readonly messageId: string
  /** Not told yet. */
  texts: string[]
  thoughts: string[]
  finished: boolean
}

function onText(run: Run, text: string): Events {
  run.lines.read += 1
  const line = parseLine(text)
  if (line !== null) return onLine(run, line)
  run.lines.stray += 1
  return mayBePieceOfEvent(text) ? [] : onStray(run, withoutColours(text))
}

function onLine(run: Run, line: Fields): Events {
  run.sessionId ??= textOf(line, 'sessionID')
  const part = recordOf(line, 'part') ?? {}
  switch (line['type']) {
    case 'step_start':
      return onStepStart(run, messageOf(part))
    case 'text':
    case 'reasoning':
    case 'tool_use':
      return run.seen.isNew(part) ? onPart(run, part) : []
    case 'step_finish':
      return run.seen.isNew(part) ? onStepFinish(run, part) : []
    case 'error':
      return onError(run, line)
    default:
      return []
  }
}

/** With errors of its own log among them: while it asks the model again and again, they are all that it says. */
function onStray(run: Run, text: string): Events {
  const error = toOwnError(text)
  if (error?.besideTheRun === true) return []
  run.complaints.add(text)
  if (error?.ofModel !== true || error.message === run.warning) return []
  run.warning = error.message
  return [{ type: 'warning.raised', message: `opencode: ${error.message}`, hint: null }]
}

function onStepStart(run: Run, messageId: string): Events {
  run.ended = false
  run.answers += 1
  run.warning = null
  const { step } = run
  if (step === null || step.finished || step.messageId !== messageId) return startTurn(run, messageId)
  // The connection broke, and the model is asked again: what it had begun to say is said anew.
  step.texts = []
  step.thoughts = []
  return []
}

function onPart(run: Run, part: Fields): Events {
  const messageId = messageOf(part)
  const started = run.step?.messageId === messageId ? [] : startTurn(run, messageId)
  const text = textOf(part, 'text') ?? ''
  run.warning = null
  switch (part['type']) {
    case 'text':
      run.step?.texts.push(text)
      return started
    case 'reasoning':
      run.step?.thoughts.push(text)
      return started
    default:
      return [...started, ...tellMessage(run), ...toToolEvents(part, run.turns)]
  }
}

function onStepFinish(run: Run, part: Fields): Events {
  const messageId = messageOf(part)
  const started = run.step?.messageId === messageId ? [] : startTurn(run, messageId)
  const message = tellMessage(run)
  if (run.step !== null) run.step.finished = true
  const reason = textOf(part, 'reason')
  run.ended = reason !== 'tool-calls'
  // Harbor's word for a refusal, and no text of the model.
  if (reason === 'content-filter') run.complaints.add('"reason":"content-filter"')
  return [...started, ...message, { type: 'usage.updated', usage: run.usage.add(part) }]
}

function onError(run: Run, line: Fields): Events {
  run.failure = failureOfError(line)
  run.complaints.add(complaintOfError(line))
  run.ended = true
  return []
}

function startTurn(run: Run, messageId: string): Events {
  const before = [...tellMessage(run), ...finishTurn(run)]
  run.turns += 1
  run.step = { messageId, texts: [], thoughts: [], finished: false }
  return [...before, { type: 'turn.started', turn: run.turns, maxTurns: run.maxTurns }]
}

function finishTurn({ turns }: Run): Events {
  return turns === 0 ? [] : [{ type: 'turn.finished', turn: turns }]
}

/** What was said since the last tool. */
function tellMessage({ step, turns }: Run): Events {
  if (step === null) return []
  const text = join(step.texts)
  const reasoning = join(step.thoughts)
  step.texts = []
  step.thoughts = []
  if (text === '' && reasoning === '') return []
  return [
    { type: 'message.received', turn: turns, source: 'agent', text, reasoning: reasoning === '' ? null : reasoning },
  ]
}

function join(texts: readonly string[]): string {
  return texts.filter((text) => text.trim() !== '').join('\n\n')
}

function messageOf(part: Fields): string {
  return textOf(part, 'messageID') ?? ''
}
