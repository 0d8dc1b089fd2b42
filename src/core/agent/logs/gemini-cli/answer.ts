import { recordOf, textOf, type Fields } from '../fields.ts'
import type { ToolAnswer } from '../tool-returned.ts'

/** A `tool_result`: what it shows to people, or what went wrong. Subagents and some tools show nothing. */
export function toAnswer(event: Fields): ToolAnswer {
  const isError = event['status'] === 'error'
  const error = recordOf(event, 'error')
  const message = isError && error !== null ? textOf(error, 'message') : null
  return {
    callId: textOf(event, 'tool_id') ?? '',
    text: message ?? textOf(event, 'output') ?? '',
    isError,
    durationMs: null,
  }
}
