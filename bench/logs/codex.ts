import { jsonLines, OUTPUT_TOKENS, type LogPiece, type LogShape } from './shape.ts'
import { command, isoOf, printed, prose, uuid } from './words.ts'

const THREAD = uuid(1, 1)

/** A rollout as Codex leaves it: each item twice, once as it went to the model and once as the screen has it. */
export const codexRollout: LogShape = {
  agent: 'codex',
  what: 'rollout',
  begin: toRollout(
    line(0, 'session_meta', { id: THREAD, cwd: '/app', originator: 'codex_exec', cli_version: '0.169.0' }),
    line(0, 'turn_context', { turn_id: 'turn', cwd: '/app', model: 'gpt-5.5' }),
  ),
  message: (nth) => toRollout(...answerOf(nth), line(nth, 'event_msg', tokenCount(nth + 1))),
  steps: (messages) => messages,
}

/** The same where a run leaves no account of its tokens until the end: nothing says where an answer is over. */
export const codexRolloutUncounted: LogShape = {
  ...codexRollout,
  what: 'rollout without token counts',
  message: (nth) => toRollout(line(nth, 'response_item', user(nth)), ...answerOf(nth)),
  end: (messages) => toRollout(line(messages, 'event_msg', tokenCount(messages))),
  steps: (messages) => messages * 2,
}

/** What it prints, where it left no rollout. */
export const codexStream: LogShape = {
  agent: 'codex',
  what: 'stream',
  begin: toStream({ type: 'thread.started', thread_id: THREAD }, { type: 'turn.started' }),
  message: (nth) => {
    const item = { id: `item_${nth}`, type: 'command_execution', command: command(nth) }
    return toStream(
      completed({ id: `item_${nth}r`, type: 'reasoning', text: prose(nth, 30) }),
      completed({ id: `item_${nth}m`, type: 'agent_message', text: prose(nth, 60) }),
      { type: 'item.started', item: { ...item, aggregated_output: '', exit_code: null, status: 'in_progress' } },
      completed({ ...item, aggregated_output: printed(nth), exit_code: 0, status: 'completed' }),
    )
  },
  end: (messages) => toStream({ type: 'turn.completed', usage: usageOf(messages) }),
  steps: (messages) => messages + 1,
}

function answerOf(nth: number): readonly object[] {
  const [id, said, output] = [`call_${nth}`, prose(nth, 60), printed(nth)]
  return [
    line(nth, 'response_item', { type: 'reasoning', summary: [{ type: 'summary_text', text: prose(nth, 30) }] }),
    line(nth, 'response_item', { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: said }] }),
    line(nth, 'event_msg', { type: 'agent_message', message: said }),
    line(nth, 'response_item', {
      type: 'function_call',
      name: 'exec_command',
      arguments: JSON.stringify({ cmd: command(nth) }),
      call_id: id,
    }),
    line(nth, 'response_item', { type: 'function_call_output', call_id: id, output }),
    line(nth, 'event_msg', { type: 'exec_command_end', call_id: id, aggregated_output: output, exit_code: 0 }),
  ]
}

function user(nth: number): object {
  return { type: 'message', role: 'user', content: [{ type: 'input_text', text: prose(nth, 10) }] }
}

function tokenCount(messages: number): object {
  return { type: 'token_count', info: { total_token_usage: usageOf(messages), last_token_usage: usageOf(1) } }
}

function usageOf(messages: number): object {
  return {
    input_tokens: messages * 9000,
    cached_input_tokens: messages * 8000,
    output_tokens: messages * OUTPUT_TOKENS,
    reasoning_output_tokens: messages * 10,
    total_tokens: messages * (9000 + OUTPUT_TOKENS),
  }
}

function completed(item: object): object {
  return { type: 'item.completed', item }
}

function line(nth: number, type: string, payload: object): object {
  return { timestamp: isoOf(nth), type, payload }
}

function toRollout(...lines: readonly object[]): readonly LogPiece[] {
  return jsonLines('agent/sessions/2026/11/21/rollout-2026-11-21T12-00-00.jsonl', ...lines)
}

function toStream(...lines: readonly object[]): readonly LogPiece[] {
  return jsonLines('agent/codex.txt', ...lines)
}
