import { asRecord, listOf, parseLine, recordOf, textOf, type Fields } from '../../../agent/logs/fields.ts'
import { callIdOf } from './blocks.ts'
import { hasText, textOrJson } from '../python.ts'

/** Where lines come from: the CLI's own session files, or what it printed. */
export type LogSource = 'session' | 'stream'

/** A line with the names of the session files; null: no JSON object. */
export function readLine(text: string, source: LogSource): Fields | null {
  const line = parseLine(text)
  return line === null || source === 'session' ? line : fromStream(line)
}

/**
 * What is printed names the same things differently, has no times, and knows a subagent only by the call that started it.
 */
function fromStream(line: Fields): Fields {
  const parent = textOf(line, 'parent_tool_use_id')
  return {
    type: line['type'],
    uuid: line['uuid'],
    sessionId: line['session_id'],
    version: line['claude_code_version'],
    cwd: line['cwd'],
    isSidechain: parent !== null,
    ...(parent === null ? {} : { agentId: parent }),
    // An instruction that is played back is not said twice.
    message: line['isReplay'] === true ? null : line['message'],
    timestamp: line['timestamp'],
    toolUseResult: line['tool_use_result'],
  }
}

/** The message of a line that makes steps; null for all other lines. */
export function messageOf(line: Fields): Fields | null {
  const type = line['type']
  return type === 'assistant' || type === 'user' ? recordOf(line, 'message') : null
}

/** Calls that can be answered, in order. */
export function callsOf(blocks: readonly Fields[]): readonly { readonly id: string; readonly block: Fields }[] {
  return blocks.flatMap((block) => {
    const id = callIdOf(block)
    return id === null ? [] : [{ id, block }]
  })
}

/** The answers of tools in a user's message, in order. */
export function resultsOf(message: Fields): readonly Fields[] {
  return listOf(message, 'content')
    .map((item) => toResult(item))
    .filter((block) => block !== null)
}

/** What a user's message says beside the answers of tools; empty: nothing. */
export function userText(message: Fields): string {
  const content = message['content']
  if (typeof content === 'string') return hasText(content) ? content : ''
  if (!Array.isArray(content)) return content === undefined || content === null ? '' : textOrJson(content)
  return content
    .filter((item: unknown) => toResult(item) === null)
    .map((item: unknown) => plainText(item) ?? textOrJson(item))
    .filter((part) => hasText(part))
    .join('\n\n')
}

/** The name of the tool, where an answer that belongs to no call says it. */
export function toolNameOf(result: Fields): string {
  return textOf(result, 'name') || (textOf(result, 'tool_name') ?? '')
}

function toResult(item: unknown): Fields | null {
  const block = asRecord(item)
  return block !== null && block['type'] === 'tool_result' ? block : null
}

function plainText(item: unknown): string | null {
  const block = asRecord(item)
  return block !== null && block['type'] === 'text' ? textOf(block, 'text') : null
}
