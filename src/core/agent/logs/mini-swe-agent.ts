import type { TrialEventBody } from '../../../contract/events.ts'
import { createComplaints, type Complaints } from './fields.ts'
import type { LogFailure, LogParser } from './log-parser.ts'
import { createCrashReader, type CrashReader } from './mini-swe-agent/crash.ts'
import { isRetryNotice } from './mini-swe-agent/retry.ts'
import { parseAssistant, parseHeading, type Heading, type SectionKind } from './mini-swe-agent/sections.ts'
import { toToolReturned } from './tool-returned.ts'

type Events = readonly TrialEventBody[]

/**
 * Reads what mini-swe-agent prints for people: messages under headings, broken at 80 columns. A message is told when the
 * next one begins, for nothing else ends it. Exact texts, ids and tokens stand in its trajectory only; its cents are shown
 * while it runs and are no totals.
 */
export function createMiniSweAgentParser({ maxTurns }: { readonly maxTurns: number | null }): LogParser {
  const complaints = createComplaints()
  const run: Run = {
    maxTurns,
    complaints,
    crash: createCrashReader(complaints),
    lines: { read: 0, stray: 0 },
    version: null,
    turns: 0,
    calls: 0,
    pending: [],
    section: 'none',
    width: 0,
    held: [],
    heldChars: 0,
    complete: false,
    failure: null,
  }
  return {
    line: (text) => onLine(run, text.endsWith('\r') ? text.slice(0, -1) : text),
    end: () => end(run),
    get answers() {
      return run.turns
    },
    get summary() {
      const { lines, version, turns, complete, failure } = run
      const usage = { inputTokens: null, cachedTokens: null, outputTokens: null, costUsd: null }
      const about = { sessionId: null, version, model: null }
      return { ...about, usage, turns, complete, failure, complaints: complaints.list(), lines: { ...lines } }
    },
  }
}

interface Run {
  readonly maxTurns: number | null
  readonly complaints: Complaints
  readonly crash: CrashReader
  readonly lines: { read: number; stray: number }
  version: string | null
  turns: number
  calls: number
  /** Calls whose answer has not come. */
  pending: string[]
  section: SectionKind
  /** Of its rules, and so of its lines: columns. */
  width: number
  /** Lines of the section. */
  held: string[]
  heldChars: number
  complete: boolean
  failure: LogFailure | null
}

/** Of one message; what comes after it is in the trajectory. */
const MAX_HELD_CHARS = 1_000_000

function onLine(run: Run, text: string): Events {
  run.lines.read += 1
  const heading = parseHeading(text)
  if (heading !== null && isPlausible(run, heading, text)) return openSection(run, heading, text)
  const told = run.section === 'none' || run.section === 'exit' ? onOwnWords(run, text) : []
  if (run.section !== 'none' && run.heldChars < MAX_HELD_CHARS) {
    run.held.push(text)
    run.heldChars += text.length
  }
  return told
}

/** What a tool prints or a model writes may look like a heading: it must fit to what was before. */
function isPlausible({ section, turns, pending, width, held }: Run, { kind, step }: Heading, text: string): boolean {
  if (kind === 'none') return text.length >= width
  const afterBlank = section === 'none' || held.at(-1) === ''
  if (!afterBlank || kind === 'system') return section === 'none' && turns === 0
  // The call that is being answered still waits.
  if (kind === 'tool') return section === 'tool' ? pending.length > 1 : section === 'assistant'
  return step === null || step === turns + 1
}

function openSection(run: Run, { kind, costUsd }: Heading, text: string): Events {
  const closed = closeSection(run)
  // Below a rule comes an answer or the end: a second one tells that a tool has printed the first.
  if (kind === 'none' && run.section === 'none' && run.turns > 0) run.crash.forget()
  else run.crash.keep()
  if (kind === 'none') run.width = text.length
  run.section = kind
  if (kind !== 'assistant') return closed
  run.turns += 1
  run.pending = []
  const before: Events = run.turns === 1 ? [] : [{ type: 'turn.finished', turn: run.turns - 1 }]
  const usage = { inputTokens: null, cachedTokens: null, outputTokens: null, costUsd }
  return [
    ...closed,
    ...before,
    { type: 'turn.started', turn: run.turns, maxTurns: run.maxTurns },
    // It counts nothing for a model whose price it does not know.
    ...(costUsd === null || costUsd === 0 ? [] : [{ type: 'usage.updated', usage } as const]),
  ]
}

function closeSection(run: Run): Events {
  const { section, held } = run
  run.held = []
  run.heldChars = 0
  if (section === 'assistant') return toAssistant(run, held)
  return section === 'tool' ? toAnswer(run, held) : []
}

function toAssistant(run: Run, lines: readonly string[]): Events {
  const { text, commands } = parseAssistant(lines)
  const turn = run.turns
  const message: Events =
    text === '' ? [] : [{ type: 'message.received', turn, source: 'agent', text, reasoning: null }]
  return [
    ...message,
    ...commands.map((command): TrialEventBody => {
      const callId = `call_${turn}_${(run.calls += 1)}`
      run.pending.push(callId)
      return { type: 'tool.called', turn, callId, name: 'bash', arguments: { command } }
    }),
  ]
}

function toAnswer(run: Run, lines: readonly string[]): Events {
  const callId = run.pending.shift()
  if (callId === undefined) return []
  const text = lines.join('\n').trim()
  const code = /^<returncode>\n(-?\d+)/.exec(text)?.[1]
  return [toToolReturned({ callId, text, isError: code !== undefined && code !== '0', durationMs: null })]
}

/** Between the messages, and below a crash, the program speaks for itself. */
function onOwnWords(run: Run, text: string): Events {
  run.version ??= /^This is mini-swe-agent version (\d[\w.+-]*?)\.?$/.exec(text)?.[1] ?? null
  if (text.startsWith('Saved trajectory to')) run.complete = true
  // What it handed in is the model's; a limit stands there in place of it.
  if (run.section === 'exit' && !text.startsWith('╭')) {
    if (LIMITS.has(text)) run.failure ??= { kind: text, message: text, status: null }
    return []
  }
  run.section = 'none'
  if (text.trim() !== '') run.lines.stray += 1
  run.crash.line(text)
  const isRetry = isRetryNotice(text, run.width)
  return isRetry ? [{ type: 'warning.raised', message: `mini-swe-agent: ${text}`, hint: null }] : []
}

const LIMITS: ReadonlySet<string> = new Set(['LimitsExceeded', 'TimeExceeded'])

function end(run: Run): Events {
  const closed = closeSection(run)
  const crash = run.crash.end()
  if (!run.complete) run.failure ??= crash
  return run.turns === 0 ? closed : [...closed, { type: 'turn.finished', turn: run.turns }]
}
