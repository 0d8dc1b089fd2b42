import type { TrialEventBody } from '../../../contract/events.ts'
import { createComplaints, type Complaints } from './fields.ts'
import type { LogFailure, LogParser } from './log-parser.ts'
import { withoutColours } from './stray.ts'

/**
 * Reads what aider prints for people. It has no form that a program could take for messages and calls: the log stays
 * text, and only what aider says of itself is read: version, model, what the session cost, its errors, and that it tries
 * again. It exits with 0 also when the provider refused, so that an error which nothing followed is the failure of the run.
 */
export function createAiderParser(): LogParser {
  const run: Run = {
    complaints: createComplaints(),
    lines: { read: 0, stray: 0 },
    version: null,
    model: null,
    costUsd: null,
    complete: false,
    error: [],
    failure: null,
    waiting: false,
    answers: 0,
  }
  return {
    line(text) {
      run.lines.read += 1
      const line = withoutColours(text)
      if (RETRY.test(line)) return onRetry(run, line)
      onLine(run, line.trimEnd())
      return []
    },
    end() {
      closeError(run)
      return []
    },
    get answers() {
      return run.answers
    },
    get summary() {
      const { complaints, lines, version, model, costUsd, complete, failure } = run
      // Tokens are told in thousands, rounded: no number to count with.
      const usage = { inputTokens: null, cachedTokens: null, outputTokens: null, costUsd }
      const about = { sessionId: null, version, model }
      return { ...about, usage, turns: 0, complete, failure, complaints: complaints.list(), lines: { ...lines } }
    },
  }
}

interface Run {
  readonly complaints: Complaints
  readonly lines: { read: number; stray: number }
  version: string | null
  model: string | null
  costUsd: number | null
  /** Whether the last answer came to its end. */
  complete: boolean
  /** Lines of an error that may go on: they are broken at 80 columns. */
  error: string[]
  /** Until an answer comes after it. */
  failure: LogFailure | null
  /** Whether nothing but errors came since it said that it tries again. */
  waiting: boolean
  /** That came after such a wait. */
  answers: number
}

/** An answer of the model is filled up with spaces to the width of the screen, and so is never this line. */
const RETRY = /^Retrying in \d{1,5}\.\d seconds\.\.\.$/

function onRetry(run: Run, line: string): readonly TrialEventBody[] {
  const error = closeError(run)
  run.waiting = true
  return [{ type: 'warning.raised', message: `aider: ${error} ${line}`, hint: null }]
}

function onLine(run: Run, text: string): void {
  run.version ??= /^Aider v(\d[\w.+-]*)$/.exec(text)?.[1] ?? null
  run.model ??= /^(?:Main model|Model): (\S+)/.exec(text)?.[1] ?? null
  // Stands below every answer: what the model wrote, even if it looks like an error, was none.
  const answered = /^Tokens: \S+ sent\b.*\breceived\.(?: Cost: .*\$(\d+(?:\.\d+)?) session\.)?$/.exec(text)
  if (text === '' || answered !== null) closeError(run)
  if (answered !== null) {
    run.complete = true
    run.failure = null
    getOn(run)
    run.costUsd = answered[1] === undefined ? run.costUsd : Number(answered[1])
    return
  }
  const begins = ERROR.test(text)
  if (begins) closeError(run)
  if (begins || (run.error.length > 0 && run.error.length < MAX_ERROR_LINES)) run.error.push(text.trim())
  else if (text !== '') getOn(run)
}

function getOn(run: Run): void {
  if (run.waiting) run.answers += 1
  run.waiting = false
}

const MAX_ERROR_LINES = 20

/** Errors of its library for models, of its own start, and of Python; never indented, as they are within an answer. */
const ERROR = /^(litellm\.\w+|\w*Error|Model \S+ has hit a token limit|aider: error|Uncaught exception)(?:[:! ]|$)/

/** Its words; empty: there is none. */
function closeError(run: Run): string {
  const message = run.error.join(' ')
  run.error = []
  if (message === '') return ''
  run.complaints.add(message)
  run.complete = false
  const kind = ERROR.exec(message)?.[1] ?? 'error'
  // A linter or a test that aider ran prints Python's errors, too; where aider itself ends by one, its exit code says so.
  if (!PYTHON.test(kind)) run.failure = { kind, message, status: null }
  return message
}

const PYTHON = /^\w*Error$/
