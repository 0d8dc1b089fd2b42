import { jsonLines, OUTPUT_TOKENS, type LogPiece, type LogShape } from './shape.ts'
import { command, printed, prose } from './words.ts'

/** The record of a session by the Agent Client Protocol. */
export const acpRecord: LogShape = {
  agent: 'acp',
  what: 'record',
  message: (nth) => {
    const toolCallId = `toolu_01${nth.toString(36).padStart(22, 'A')}`
    const asked = { sessionId: 's', tool_call: { toolCallId }, options: [] }
    const content = [{ type: 'content', content: { type: 'text', text: printed(nth) } }]
    return toRecord(
      ...Array.from({ length: 8 }, (_, piece) => update(chunk('agent_message_chunk', prose(nth + piece, 12)))),
      update({ sessionUpdate: 'tool_call', toolCallId, kind: 'execute', title: command(nth), status: 'pending' }),
      { event_type: 'request_permission', payload: asked },
      update({ sessionUpdate: 'tool_call_update', toolCallId, rawInput: { command: command(nth) } }),
      update({ sessionUpdate: 'tool_call_update', toolCallId, status: 'completed', content }),
    )
  },
  end: (messages) => [
    {
      path: 'agent/acp-summary.json',
      text: JSON.stringify({
        session: { sessionId: 's' },
        prompt_response: { usage: { inputTokens: messages * 9000, outputTokens: messages * OUTPUT_TOKENS } },
      }),
    },
  ],
  steps: (messages) => messages + 1,
}

function chunk(sessionUpdate: string, text: string): object {
  return { sessionUpdate, content: { type: 'text', text } }
}

function update(body: object): object {
  return { event_type: 'session_update', payload: { session_id: 's', update: body } }
}

function toRecord(...lines: readonly object[]): readonly LogPiece[] {
  return jsonLines('agent/acp-events.jsonl', ...lines)
}
