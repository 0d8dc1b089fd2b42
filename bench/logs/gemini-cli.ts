import { jsonLines, OUTPUT_TOKENS, type LogPiece, type LogShape } from './shape.ts'
import { command, isoOf, printed, prose, uuid } from './words.ts'

/** A session file: a message is written anew with the answers of its tools, which then go to the model as a user's. */
export const geminiSession: LogShape = {
  agent: 'gemini-cli',
  what: 'session',
  begin: toSession({ sessionId: uuid(1, 1), projectHash: 'e190', startTime: isoOf(0), kind: 'main' }),
  message: (nth) => {
    const answered = answerOf(nth)
    const touched = { $set: { lastUpdated: isoOf(nth) } }
    const user = { id: uuid(nth, 2), timestamp: isoOf(nth), type: 'user', content: [answered] }
    return toSession(
      messageOf(nth),
      touched,
      { ...messageOf(nth), toolCalls: [callOf(nth, answered)] },
      touched,
      user,
      touched,
    )
  },
  steps: (messages) => messages,
}

/** What it prints, where it left no session. */
export const geminiStream: LogShape = {
  agent: 'gemini-cli',
  what: 'stream',
  begin: toStream(0, { type: 'init', session_id: uuid(1, 1), model: 'gemini-3.1-pro-preview' }),
  message: (nth) =>
    toStream(
      nth,
      ...Array.from({ length: 8 }, (_, piece) => ({
        type: 'message',
        role: 'assistant',
        content: prose(nth + piece, 12),
        delta: true,
      })),
      { type: 'tool_use', tool_name: 'run_shell_command', tool_id: idOf(nth), parameters: { command: command(nth) } },
      { type: 'tool_result', tool_id: idOf(nth), status: 'success', output: printed(nth) },
    ),
  end: (messages) =>
    toStream(messages, {
      type: 'result',
      status: 'success',
      stats: { input_tokens: messages * 9000, output_tokens: messages * OUTPUT_TOKENS, cached: messages * 8000 },
    }),
  steps: (messages) => messages + 1,
}

function messageOf(nth: number): object {
  return {
    id: uuid(nth, 1),
    timestamp: isoOf(nth),
    type: 'gemini',
    content: prose(nth, 60),
    thoughts: [{ subject: prose(nth, 3), description: prose(nth, 30), timestamp: isoOf(nth) }],
    tokens: { input: 9000 + nth, output: OUTPUT_TOKENS, cached: 8000, thoughts: 0, tool: 0, total: 9300 + nth },
    model: 'gemini-3.1-pro-preview',
  }
}

function answerOf(nth: number): object {
  const response = { output: printed(nth) }
  return { functionResponse: { id: idOf(nth), name: 'run_shell_command', response } }
}

function callOf(nth: number, answered: object): object {
  return {
    id: idOf(nth),
    name: 'run_shell_command',
    args: { command: command(nth) },
    result: [answered],
    status: 'success',
    timestamp: isoOf(nth),
    resultDisplay: printed(nth),
  }
}

function idOf(nth: number): string {
  return `run_shell_command__call_${nth}`
}

function toSession(...lines: readonly object[]): readonly LogPiece[] {
  return jsonLines('agent/gemini-cli.trajectory.jsonl', ...lines)
}

function toStream(nth: number, ...lines: readonly object[]): readonly LogPiece[] {
  return jsonLines('agent/gemini-cli.txt', ...lines.map((line) => ({ timestamp: isoOf(nth), ...line })))
}
