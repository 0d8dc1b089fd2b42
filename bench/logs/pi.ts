import { jsonLines, OUTPUT_TOKENS, type LogPiece, type LogShape } from './shape.ts'
import { command, isoOf, printed, prose, timeOf } from './words.ts'

/** A session of pi: each entry names the one it follows. */
export const piSession: LogShape = {
  agent: 'pi',
  what: 'session',
  begin: toSession(
    { type: 'session', version: 3, id: '01a1fe29-7fab-76fe-ba21-1598e64808bc', timestamp: isoOf(0), cwd: '/app' },
    { type: 'model_change', id: 'a0', parentId: null, timestamp: isoOf(0), provider: 'anthropic', modelId: 'claude-x' },
  ),
  message: (nth) => {
    const [asked, answered] = [idOf(nth, 1), idOf(nth, 2)]
    return toSession(
      entry(nth, asked, nth === 0 ? 'a0' : idOf(nth - 1, 2), answerOf(nth)),
      entry(nth, answered, asked, {
        role: 'toolResult',
        toolCallId: `toolu_${nth}`,
        toolName: 'bash',
        content: [{ type: 'text', text: printed(nth) }],
        isError: false,
        timestamp: timeOf(nth),
      }),
    )
  },
  steps: (messages) => messages,
}

function answerOf(nth: number): object {
  return {
    role: 'assistant',
    content: [
      { type: 'thinking', thinking: prose(nth, 30), thinkingSignature: 'c2ln' },
      { type: 'text', text: prose(nth, 60) },
      { type: 'toolCall', id: `toolu_${nth}`, name: 'bash', arguments: { command: command(nth) } },
    ],
    api: 'anthropic-messages',
    provider: 'anthropic',
    model: 'claude-x',
    usage: {
      input: 1000,
      output: OUTPUT_TOKENS,
      cacheRead: 8000,
      cacheWrite: 300,
      totalTokens: 9600,
      cost: { total: 1 },
    },
    stopReason: 'toolUse',
    timestamp: timeOf(nth),
    responseId: `msg_${nth}`,
  }
}

function entry(nth: number, id: string, parentId: string, message: object): object {
  return { type: 'message', id, parentId, timestamp: isoOf(nth), message }
}

/** Eight digits, as pi makes them. */
function idOf(nth: number, place: number): string {
  return (nth * 4 + place).toString(16).padStart(8, '0')
}

function toSession(...lines: readonly object[]): readonly LogPiece[] {
  return jsonLines('agent/pi/sessions/2026-11-21T12-00-00-000Z_01a1fe29.jsonl', ...lines)
}
