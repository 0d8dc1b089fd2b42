import type { TrialEventBody } from '../../../contract/events.ts'
import { createItemReader } from './codex/items.ts'
import { createNotices } from './codex/notices.ts'
import { createStrayFilter } from './codex/stray.ts'
import { createTurns } from './codex/turns.ts'
import { createThreadUsage } from './codex/usage.ts'
import { createComplaints, parseLine, recordOf, textOf, type Fields } from './fields.ts'
import type { LogFailure, LogParser } from './log-parser.ts'

export interface CodexParserAsk {
  readonly maxTurns: number | null
  /** Of one tool's answer; default 16,000 as everywhere. */
  readonly maxContentChars?: number
}

/**
 * Reads `codex exec --json`. The stream has no line per model call: what is counted as a turn is said in turns.ts. It has
 * no version, no model and no cost, and tokens only at its end.
 */
export function createCodexParser(ask: CodexParserAsk): LogParser {
  const turns = createTurns(ask.maxTurns)
  const items = createItemReader(turns, ask.maxContentChars)
  const usage = createThreadUsage()
  const complaints = createComplaints()
  const strays = createStrayFilter()
  const notices = createNotices()
  const lines = { read: 0, stray: 0 }
  let sessionId: string | null = null
  let complete = false
  let failure: LogFailure | null = null

  function read(event: Fields): readonly TrialEventBody[] {
    switch (event['type']) {
      case 'thread.started':
        sessionId = textOf(event, 'thread_id')
        usage.thread(sessionId)
        return items.restart()
      case 'turn.started':
        complete = false
        failure = null
        return []
      case 'turn.completed':
        return settle(event, null)
      case 'turn.failed':
        return settle(event, failed(recordOf(event, 'error') ?? {}))
      case 'error':
        return complain(event)
      default:
        return [...items.read(event), ...notices.read(event)]
    }
  }

  /** The last verdict counts: a thread may have several turns. */
  function settle(event: Fields, verdict: LogFailure | null): readonly TrialEventBody[] {
    complete = true
    failure = verdict
    return [...turns.finish(), ...usage.update(recordOf(event, 'usage'))]
  }

  function failed(error: Fields): LogFailure {
    const message = textOf(error, 'message') ?? failure?.message ?? 'the turn failed'
    complaints.add(message)
    return { kind: 'turn.failed', message, status: statusOf(message) }
  }

  /** Not all of them are the end: retries are told in the same words. The verdict comes with the turn, if it comes. */
  function complain(event: Fields): readonly TrialEventBody[] {
    const message = textOf(event, 'message') ?? ''
    complaints.add(message)
    if (!complete && !RETRY.test(message)) failure = { kind: 'error', message, status: statusOf(message) }
    return notices.read(event)
  }

  return {
    line(text) {
      lines.read += 1
      const event = parseLine(text)
      if (event !== null && typeof event['type'] === 'string') {
        strays.event()
        return read(event)
      }
      if (text.trim() === '') return []
      lines.stray += 1
      if (strays.isOwnWord(text)) complaints.add(text)
      return []
    },
    end: () => turns.finish(),
    get summary() {
      return {
        usage: usage.total(),
        turns: turns.count,
        complete,
        failure,
        complaints: complaints.list(),
        lines: { ...lines },
        sessionId,
        version: null,
        model: null,
      }
    },
  }
}

const RETRY = /^Reconnecting\.\.\.|retrying \d+\/\d+/

function statusOf(message: string): number | null {
  const status = /\bstatus:? ([1-5]\d\d)\b/.exec(message)?.[1]
  return status === undefined ? null : Number(status)
}
