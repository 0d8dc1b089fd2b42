import type { TrialEventBody } from '../../../../contract/events.ts'
import { asRecord, recordOf, textOf, type Fields } from '../fields.ts'

/** Who said something, and when. */
export interface Speaker {
  readonly turn: number
  /** The call that started the subagent; null: the agent itself. */
  readonly parentCallId: string | null
}

/** What is kept of a tool's answer; the whole stands in the log. */
const MAX_CONTENT_CHARS = 16_000

/** One line of an assistant: what it says, then what it calls, then what tools of the vendor answered within it. */
export function toAssistantEvents(content: unknown, speaker: Speaker): readonly TrialEventBody[] {
  if (typeof content === 'string') return toMessage('agent', content, '', speaker)
  const texts: string[] = []
  const thoughts: string[] = []
  const calls: TrialEventBody[] = []
  for (const block of blocksOf(content)) {
    const type = textOf(block, 'type') ?? ''
    if (type === 'text') texts.push(textOf(block, 'text') ?? '')
    else if (type === 'thinking') thoughts.push(textOf(block, 'thinking') ?? '')
    else if (type.endsWith('tool_use')) calls.push(...toCall(block, speaker))
    else if (type.endsWith('tool_result')) calls.push(...toReturn(block))
  }
  return [...toMessage('agent', joinTexts(texts), joinTexts(thoughts), speaker), ...calls]
}

/** One line of a user: answers of tools, and what was put in beside them (a skill, a hook's words). */
export function toUserEvents(content: unknown, speaker: Speaker): readonly TrialEventBody[] {
  if (typeof content === 'string') return toMessage('user', content, '', speaker)
  const texts: string[] = []
  const returns: TrialEventBody[] = []
  for (const block of blocksOf(content)) {
    const type = textOf(block, 'type') ?? ''
    if (type === 'text') texts.push(textOf(block, 'text') ?? '')
    else if (type.endsWith('tool_result')) returns.push(...toReturn(block))
  }
  return [...returns, ...toMessage('user', joinTexts(texts), '', speaker)]
}

export function toMessage(
  source: 'agent' | 'user' | 'system',
  text: string,
  reasoning: string,
  { turn, parentCallId }: Speaker,
): readonly TrialEventBody[] {
  if (text.trim() === '' && reasoning.trim() === '') return []
  const base = { type: 'message.received' as const, turn, source, text, reasoning: reasoning === '' ? null : reasoning }
  return [parentCallId === null ? base : { ...base, parentCallId }]
}

function toCall(block: Fields, { turn, parentCallId }: Speaker): readonly TrialEventBody[] {
  const callId = textOf(block, 'id')
  if (callId === null) return []
  const input = block['input']
  const base = {
    type: 'tool.called' as const,
    turn,
    callId,
    name: textOf(block, 'name') ?? '',
    arguments: asRecord(input) ?? (input === undefined || input === null ? {} : { input }),
  }
  return [parentCallId === null ? base : { ...base, parentCallId }]
}

function toReturn(block: Fields): readonly TrialEventBody[] {
  const callId = textOf(block, 'tool_use_id')
  if (callId === null) return []
  const text = toText(block['content'])
  // Tools of the vendor say it by the type of their content.
  const failed = textOf(recordOf(block, 'content') ?? {}, 'type')?.endsWith('_error') ?? false
  return [
    {
      type: 'tool.returned',
      callId,
      content: text.slice(0, MAX_CONTENT_CHARS),
      isError: block['is_error'] === true || failed,
      truncated: text.length > MAX_CONTENT_CHARS,
      durationMs: null,
    },
  ]
}

/** A tool's answer for people: text as it is, anything else by what it is. */
function toText(content: unknown): string {
  if (typeof content === 'string') return content
  if (content === undefined || content === null) return ''
  if (!Array.isArray(content)) return JSON.stringify(content)
  return content.map((item: unknown) => blockText(item)).join('\n')
}

function blockText(item: unknown): string {
  const block = asRecord(item)
  if (block === null) return typeof item === 'string' ? item : JSON.stringify(item)
  const text = textOf(block, 'text')
  if (text !== null) return text
  const source = recordOf(block, 'source')
  if (source === null) return JSON.stringify(block)
  return `[${textOf(block, 'type') ?? 'file'} ${textOf(source, 'media_type') ?? textOf(source, 'type') ?? ''}]`
}

function joinTexts(texts: readonly string[]): string {
  return texts.filter((text) => text.trim() !== '').join('\n\n')
}

function blocksOf(content: unknown): readonly Fields[] {
  if (!Array.isArray(content)) return []
  return content.map((item: unknown) => asRecord(item)).filter((block) => block !== null)
}
