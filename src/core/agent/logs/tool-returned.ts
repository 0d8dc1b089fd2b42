import type { TrialEventBody } from '../../../contract/events.ts'

/** What is kept of a tool's answer; the whole stands in the log. */
const MAX_CONTENT_CHARS = 16_000

export interface ToolAnswer {
  readonly callId: string
  readonly text: string
  readonly isError: boolean
  /** Null: not said. */
  readonly durationMs: number | null
}

export function toToolReturned(
  { callId, text, isError, durationMs }: ToolAnswer,
  maxChars: number = MAX_CONTENT_CHARS,
): TrialEventBody {
  const truncated = text.length > maxChars
  const content = truncated ? text.slice(0, maxChars) : text
  return { type: 'tool.returned', callId, content, isError, truncated, durationMs }
}
