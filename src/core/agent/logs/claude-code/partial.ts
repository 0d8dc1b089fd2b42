import { recordOf, textOf, type Fields } from '../fields.ts'

/** A message whose pieces came (`--include-partial-messages`) and its whole did not. */
export interface Partial {
  readonly messageId: string
  readonly text: string
  readonly reasoning: string
  readonly parentCallId: string | null
}

/** Keeps the pieces of messages until their blocks come whole. */
export interface PartialMessages {
  /** A line of type stream_event. The message's usage, where this is the piece that says it. */
  piece(line: Fields): { readonly messageId: string; readonly usage: Fields } | null
  /** A whole block of the message came: its pieces are told. */
  whole(messageId: string, parentCallId: string | null): void
  /** What came in pieces only. */
  left(): readonly Partial[]
}

const MAX_CHARS = 1_000_000
/** Subagents that speak at the same time. */
const MAX_SPEAKERS = 100

export function createPartialMessages(): PartialMessages {
  const open = new Map<string, { messageId: string; text: string; reasoning: string }>()
  return {
    piece: (line) => {
      const event = recordOf(line, 'event') ?? {}
      const speaker = textOf(line, 'parent_tool_use_id') ?? ''
      const type = textOf(event, 'type')
      if (type === 'message_start') {
        const messageId = textOf(recordOf(event, 'message') ?? {}, 'id') ?? ''
        if (open.has(speaker) || open.size < MAX_SPEAKERS) open.set(speaker, { messageId, text: '', reasoning: '' })
      }
      const message = open.get(speaker)
      if (message === undefined) return null
      if (type === 'content_block_delta') {
        const delta = recordOf(event, 'delta') ?? {}
        message.text = grown(message.text, textOf(delta, 'text'))
        message.reasoning = grown(message.reasoning, textOf(delta, 'thinking'))
      }
      const usage = type === 'message_delta' ? recordOf(event, 'usage') : null
      return usage === null ? null : { messageId: message.messageId, usage }
    },
    whole: (messageId, parentCallId) => {
      const message = open.get(parentCallId ?? '')
      if (message?.messageId !== messageId) return
      message.text = ''
      message.reasoning = ''
    },
    left: () =>
      [...open].flatMap(([speaker, message]) => {
        if (message.text === '' && message.reasoning === '') return []
        return { ...message, parentCallId: speaker === '' ? null : speaker }
      }),
  }
}

function grown(text: string, more: string | null): string {
  return more === null || text.length >= MAX_CHARS ? text : text + more
}
