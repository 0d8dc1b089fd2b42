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
  /** Of one tool's answer; absent: 16,000 as everywhere. */
  readonly maxContentChars?: number
}

/**
 * Reads `codex exec --json`. The stream has no line per model call: what is counted as a turn is said in turns.ts. It has
 * no version, no model and no cost, and tokens only at its end.
 */
export function createCodexParser({ maxTurns, maxContentChars }: CodexParserAsk): LogParser {
  let events: TrialEventBody[] = []
  const emit = (event: TrialEventBody): void => void events.push(event)
  const turns = createTurns(maxTurns, emit)
  const items = createItemReader({ turns, emit, maxContentChars })
  const usage = createThreadUsage(emit)
  const notices = createNotices(emit)
  const complaints = createComplaints()
  const strays = createStrayFilter()
  const lines = { read: 0, stray: 0 }
  let sessionId: string | null = null
  let complete = false
  let failure: LogFailure | null = null

  function read(event: Fields): void {
    switch (event['type']) {
      case 'item.started':
      case 'item.updated':
      case 'item.completed': {
        const item = recordOf(event, 'item')
        if (item === null) break
        if (item['type'] === 'error') notices.add(textOf(item, 'message') ?? '')
        else {
          notices.gotOn()
          items.read(event['type'], item)
        }
        break
      }
      case 'thread.started':
        sessionId = textOf(event, 'thread_id')
        usage.thread(sessionId)
        items.restart()
        break
      case 'turn.started':
        complete = false
        failure = null
        break
      case 'turn.completed':
        settle(event, null)
        break
      case 'turn.failed':
        settle(event, failed(recordOf(event, 'error') ?? {}))
        break
      case 'error':
        complain(textOf(event, 'message') ?? '')
    }
  }

  /** The last verdict counts: a thread may have several turns. */
  function settle(event: Fields, verdict: LogFailure | null): void {
    complete = true
    failure = verdict
    turns.finish()
    usage.update(recordOf(event, 'usage'))
  }

  function failed(error: Fields): LogFailure {
    const message = textOf(error, 'message') ?? failure?.message ?? 'the turn failed'
    complaints.add(message)
    return { kind: 'turn.failed', message, status: statusOf(message) }
  }

  /** Not all of them are the end: retries are told in the same words. The verdict comes with the turn, if it comes. */
  function complain(message: string): void {
    complaints.add(message)
    notices.add(message)
    if (!complete && !RETRY.test(message)) failure = { kind: 'error', message, status: statusOf(message) }
  }

  function readStray(text: string): void {
    if (text.trim() === '') return
    lines.stray += 1
    if (strays.isOwnWord(text)) complaints.add(text)
  }

  return {
    line(text) {
      events = []
      lines.read += 1
      const event = parseLine(text)
      if (event !== null && typeof event['type'] === 'string') {
        strays.event()
        read(event)
      } else readStray(text)
      return events
    },
    end() {
      events = []
      turns.finish()
      return events
    },
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
