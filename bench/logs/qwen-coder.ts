import { jsonLines, OUTPUT_TOKENS, type LogPiece, type LogShape } from './shape.ts'
import { command, isoOf, printed, prose, uuid } from './words.ts'

const SESSION = uuid(1, 1)

/** A chat: an answer of the model, what the program counts of it, and what its tool gave back. */
export const qwenChat: LogShape = {
  agent: 'qwen-coder',
  what: 'chat',
  message: (nth) => {
    const functionResponse = { id: `call_${nth}`, name: 'run_shell_command', response: { output: printed(nth) } }
    return toChat(
      nth,
      { type: 'assistant', model: 'qwen3-coder', message: modelMessage(nth), usageMetadata: tokens() },
      { type: 'system', subtype: 'ui_telemetry', systemPayload: { uiEvent: { call_id: `call_${nth}`, status: 'ok' } } },
      {
        type: 'tool_result',
        message: { role: 'user', parts: [{ functionResponse }] },
        toolCallResult: { callId: `call_${nth}`, status: 'success', resultDisplay: { output: printed(nth) } },
      },
    )
  },
  steps: (messages) => messages,
}

/** What it prints, where it left no chat. */
export const qwenStream: LogShape = {
  agent: 'qwen-coder',
  what: 'stream',
  begin: toStream({ type: 'system', subtype: 'init', model: 'qwen3-coder', qwen_code_version: '0.24.4' }),
  message: (nth) => {
    const content = [{ type: 'tool_result', tool_use_id: `call_${nth}`, is_error: false, content: printed(nth) }]
    return toStream(
      assistant(nth, { type: 'thinking', thinking: prose(nth, 30), signature: '' }),
      assistant(nth, { type: 'text', text: prose(nth, 60) }),
      assistant(nth, { type: 'tool_use', id: `call_${nth}`, name: 'Bash', input: { command: command(nth) } }, usage(1)),
      { type: 'user', uuid: uuid(nth, 1), parent_tool_use_id: null, message: { role: 'user', content } },
    )
  },
  end: (messages) => toStream({ type: 'result', subtype: 'success', is_error: false, usage: usage(messages) }),
  steps: (messages) => messages + 1,
}

function modelMessage(nth: number): object {
  const functionCall = { id: `call_${nth}`, name: 'run_shell_command', args: { command: command(nth) } }
  return { role: 'model', parts: [{ text: prose(nth, 30), thought: true }, { text: prose(nth, 60) }, { functionCall }] }
}

function tokens(): object {
  return { promptTokenCount: 9000, candidatesTokenCount: OUTPUT_TOKENS, cachedContentTokenCount: 8000 }
}

function assistant(nth: number, block: object, used: object = { input_tokens: 0, output_tokens: 0 }): object {
  const message = { id: uuid(nth, 0), type: 'message', role: 'assistant', content: [block], usage: used }
  return { type: 'assistant', uuid: uuid(nth, 0), session_id: SESSION, parent_tool_use_id: null, message }
}

function usage(messages: number): object {
  return {
    input_tokens: messages * 9000,
    output_tokens: messages * OUTPUT_TOKENS,
    cache_read_input_tokens: messages * 8000,
  }
}

function toChat(nth: number, ...lines: readonly object[]): readonly LogPiece[] {
  const about = { sessionId: SESSION, timestamp: isoOf(nth), cwd: '/app', version: '0.24.4' }
  const numbered = lines.map((line, index) => ({ uuid: uuid(nth, index), ...about, ...line }))
  return jsonLines(`agent/qwen-sessions/-app/chats/${SESSION}.jsonl`, ...numbered)
}

function toStream(...lines: readonly object[]): readonly LogPiece[] {
  return jsonLines('agent/qwen-code.txt', ...lines)
}
