import { jsonLines, OUTPUT_TOKENS, type LogPiece, type LogShape } from './shape.ts'
import { command, printed, prose } from './words.ts'

/** What goose prints: a message in pieces, and what a tool says once for the model and once for people. */
export const gooseStream: LogShape = {
  agent: 'goose',
  what: 'stream',
  message: (nth) =>
    toStream(
      message(`msg_${nth}`, 'assistant', { type: 'thinking', thinking: prose(nth, 30), signature: '' }),
      ...Array.from({ length: 8 }, (_, piece) =>
        message(`msg_${nth}`, 'assistant', { type: 'text', text: `${prose(nth + piece, 12)} ` }),
      ),
      message(`msg_${nth}`, 'assistant', {
        type: 'toolRequest',
        id: `call_${nth}`,
        toolCall: { status: 'success', value: { name: 'developer__shell', arguments: { command: command(nth) } } },
      }),
      message(`msg_r${nth}`, 'user', {
        type: 'toolResponse',
        id: `call_${nth}`,
        toolResult: { status: 'success', value: { content: [said(nth, 'assistant'), said(nth, 'user')] } },
      }),
    ),
  end: (messages) =>
    toStream({
      type: 'complete',
      input_tokens: messages * 9000,
      output_tokens: messages * OUTPUT_TOKENS,
      cache_read_input_tokens: messages * 8000,
    }),
  steps: (messages) => messages,
}

function message(id: string, role: string, part: object): object {
  const metadata = { userVisible: true, agentVisible: true }
  return { type: 'message', message: { id, role, created: 1_795_266_088, content: [part], metadata } }
}

function said(nth: number, audience: string): object {
  return { type: 'text', text: printed(nth), annotations: { audience: [audience] } }
}

function toStream(...lines: readonly object[]): readonly LogPiece[] {
  return jsonLines('agent/goose.txt', ...lines)
}
