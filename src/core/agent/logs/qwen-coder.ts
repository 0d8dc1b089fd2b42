import type { TrialEventBody } from '../../../contract/events.ts'
import { NOT_MEASURED } from '../agent.ts'
import { createComplaints, parseLine, recordOf, textOf, type Fields } from './fields.ts'
import type { LogFailure, LogParser } from './log-parser.ts'
import { blocksOf, contentText } from './qwen-coder/content.ts'
import { retryOf, toFailure, turnLimitOf } from './qwen-coder/failure.ts'
import { readSubagentLine } from './qwen-coder/subagent.ts'
import { addUsage, toUsage } from './qwen-coder/usage.ts'
import { mayBePieceOfEvent, withoutColours } from './stray.ts'
import { toToolReturned } from './tool-returned.ts'
import { createTurns } from './turns.ts'

type Events = readonly TrialEventBody[]

/**
 * Reads `qwen --output-format stream-json`: lines like Claude Code's, but one answer of the model comes as several, each
 * with an id of its own; the last of them has the tokens of all.
 */
export function createQwenCoderParser({ maxTurns }: { readonly maxTurns: number | null }): LogParser {
  const turns = createTurns(maxTurns)
  const complaints = createComplaints()
  const lines = { read: 0, stray: 0 }
  const about: { sessionId: string | null; version: string | null; model: string | null } = {
    sessionId: null,
    version: null,
    model: null,
  }
  let usage = NOT_MEASURED
  let failure: LogFailure | null = null
  let complete = false

  function read(line: Fields): Events {
    switch (line['type']) {
      case 'system':
        return line['subtype'] === 'init' ? init(line) : []
      case 'assistant':
        return [...assistant(line), ...count(line)]
      case 'user':
        return user(line)
      case 'result':
        return settle(line)
      default:
        return []
    }
  }

  function init(line: Fields): Events {
    about.sessionId = textOf(line, 'session_id') ?? about.sessionId
    about.version = textOf(line, 'qwen_code_version') ?? about.version
    about.model = textOf(line, 'model') ?? about.model
    return []
  }

  function assistant(line: Fields): Events {
    const parentCallId = textOf(line, 'parent_tool_use_id')
    if (parentCallId !== null) return readSubagentLine(line, parentCallId, turns.count)
    return blocksOf(line).flatMap((block) => {
      switch (block['type']) {
        case 'thinking':
          return turns.thought(textOf(block, 'thinking') ?? '')
        case 'text':
          return turns.said(textOf(block, 'text') ?? '')
        case 'tool_use':
          return turns.called({
            callId: textOf(block, 'id') ?? '',
            name: textOf(block, 'name') ?? '',
            arguments: recordOf(block, 'input') ?? {},
          })
        default:
          return []
      }
    })
  }

  /** Tokens stand on the last line of an answer only. */
  function count(line: Fields): Events {
    const added = toUsage(recordOf(recordOf(line, 'message') ?? {}, 'usage') ?? {})
    if (added === null) return []
    usage = addUsage(usage, added)
    const closed = textOf(line, 'parent_tool_use_id') === null ? turns.close() : []
    return [...closed, { type: 'usage.updated', usage }]
  }

  function user(line: Fields): Events {
    const results = blocksOf(line).filter((block) => block['type'] === 'tool_result')
    const closed = results.length > 0 && textOf(line, 'parent_tool_use_id') === null ? turns.returned() : []
    const returned = results.map((block) =>
      toToolReturned({
        callId: textOf(block, 'tool_use_id') ?? '',
        text: contentText(block['content']),
        isError: block['is_error'] === true,
        durationMs: null,
      }),
    )
    return [...closed, ...returned]
  }

  /** Its tokens are those of the whole run, also of subagents that work in the background and are not shown. */
  function settle(line: Fields): Events {
    complete = true
    failure = line['is_error'] === true ? toFailure(line) : null
    if (failure !== null) complaints.add(failure.message)
    const told = toUsage(recordOf(line, 'usage') ?? {})
    if (told === null) return turns.tell()
    usage = told
    return [...turns.tell(), { type: 'usage.updated', usage }]
  }

  function onStray(text: string): Events {
    lines.stray += 1
    if (mayBePieceOfEvent(text)) return []
    const words = withoutColours(text)
    complaints.add(words)
    const limit = turnLimitOf(words)
    if (limit !== null) {
      failure = limit
      complete = true
    }
    return retryOf(words) ? [{ type: 'warning.raised', message: `qwen-coder: ${words}`, hint: null }] : []
  }

  return {
    line(text) {
      if (text.trim() === '') return []
      lines.read += 1
      const line = parseLine(text)
      return line === null || typeof line['type'] !== 'string' ? onStray(text) : read(line)
    },
    end: () => turns.finish(),
    get summary() {
      const counted = { lines: { ...lines }, complaints: complaints.list() }
      return { ...about, ...counted, usage, turns: turns.count, failure, complete }
    },
  }
}
