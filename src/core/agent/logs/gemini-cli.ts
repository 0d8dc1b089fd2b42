import type { TrialEventBody } from '../../../contract/events.ts'
import { NOT_MEASURED } from '../agent.ts'
import { createComplaints, parseLine, recordOf, textOf, type Fields } from './fields.ts'
import { createStatusWatch, toFailure } from './gemini-cli/failure.ts'
import { createOwnWords, retryOf } from './gemini-cli/own-words.ts'
import { toAnswer } from './gemini-cli/answer.ts'
import { toUsage } from './gemini-cli/usage.ts'
import type { LogFailure, LogParser } from './log-parser.ts'
import { toToolReturned } from './tool-returned.ts'
import { createTurns } from './turns.ts'

type Events = readonly TrialEventBody[]

/**
 * Reads `gemini --output-format stream-json`. Text comes in pieces, thoughts and what subagents do come not at all, and
 * tokens only with the result at the end.
 */
export function createGeminiCliParser({ maxTurns }: { readonly maxTurns: number | null }): LogParser {
  const turns = createTurns(maxTurns)
  const complaints = createComplaints()
  const words = createOwnWords()
  const status = createStatusWatch()
  const lines = { read: 0, stray: 0 }
  const about: { sessionId: string | null; model: string | null } = { sessionId: null, model: null }
  let usage = NOT_MEASURED
  let failure: LogFailure | null = null
  let complete = false
  let lastError: string | null = null

  function read(event: Fields): Events {
    switch (event['type']) {
      case 'init':
        about.sessionId = textOf(event, 'session_id') ?? about.sessionId
        about.model = textOf(event, 'model') ?? about.model
        return []
      case 'message':
        return event['role'] === 'assistant' ? said(textOf(event, 'content') ?? '') : []
      case 'tool_use':
        status.clear()
        return turns.called({
          callId: textOf(event, 'tool_id') ?? '',
          name: textOf(event, 'tool_name') ?? '',
          arguments: recordOf(event, 'parameters') ?? {},
        })
      case 'tool_result':
        return [...turns.returned(), toToolReturned(toAnswer(event))]
      case 'error':
        return complain(event)
      case 'result':
        return settle(event)
      default:
        return []
    }
  }

  function said(piece: string): Events {
    status.clear()
    return turns.said(piece)
  }

  /** It may go on after any of them: what the run failed of is said by the result. */
  function complain(event: Fields): Events {
    const message = textOf(event, 'message') ?? ''
    complaints.add(message)
    lastError = message
    return message === '' ? [] : [warning(message)]
  }

  function settle(event: Fields): Events {
    complete = true
    failure = event['status'] === 'error' ? toFailure(event, { lastError, status: status.last }) : null
    if (failure !== null) complaints.add(failure.message)
    const told = toUsage(recordOf(event, 'stats') ?? {})
    if (told === null) return turns.tell()
    usage = told
    return [...turns.tell(), { type: 'usage.updated', usage }]
  }

  function onStray(text: string): Events {
    lines.stray += 1
    if (!words.isOwn(text)) return []
    complaints.add(text)
    status.see(text)
    const retry = retryOf(text)
    return retry === null ? [] : [warning(retry)]
  }

  return {
    line(text) {
      if (text.trim() === '') return []
      lines.read += 1
      const event = parseLine(text)
      if (event === null || typeof event['type'] !== 'string') return onStray(text)
      words.event()
      return read(event)
    },
    end: () => turns.finish(),
    get summary() {
      const counted = { lines: { ...lines }, complaints: complaints.list() }
      return { ...about, ...counted, version: null, usage, turns: turns.count, failure, complete }
    },
  }
}

function warning(message: string): TrialEventBody {
  return { type: 'warning.raised', message: `gemini-cli: ${message}`, hint: null }
}
