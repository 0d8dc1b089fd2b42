import { OUTPUT_TOKENS, type LogPiece, type LogShape } from './shape.ts'
import { command, isoOf, printed, prose, uuid } from './words.ts'

/** Events of OpenHands, each a file of its own, long enough that so many files make a gigabyte. */
export const openhandsEvents: LogShape = {
  agent: 'openhands',
  what: 'event files',
  message: (nth) => [
    eventFile(nth * 2, {
      source: 'agent',
      message: `Running command: ${command(nth)}`,
      action: 'run',
      args: { command: command(nth), thought: prose(nth, 60) },
      ...aboutCall(nth),
    }),
    eventFile(nth * 2 + 1, {
      source: 'agent',
      message: 'Command executed with exit code 0.',
      cause: nth * 2,
      observation: 'run',
      content: Array.from({ length: 100 }, (_, part) => printed(nth + part)).join('\n'),
      ...aboutCall(nth),
    }),
  ],
  steps: (messages) => messages,
}

function eventFile(id: number, event: object): LogPiece {
  const text = JSON.stringify({ id, timestamp: isoOf(id), ...event })
  return { path: `agent/sessions/${uuid(1, 1)}/events/${id}.json`, text }
}

function aboutCall(nth: number): object {
  const called = {
    function: { name: 'execute_bash', arguments: JSON.stringify({ command: command(nth) }) },
    id: `c${nth}`,
  }
  const usage = { prompt_tokens: 9000 * (nth + 1), completion_tokens: OUTPUT_TOKENS * (nth + 1) }
  const choices = [{ message: { content: prose(nth, 60), tool_calls: [called] } }]
  return {
    tool_call_metadata: { function_name: 'execute_bash', tool_call_id: `c${nth}`, model_response: { choices } },
    llm_metrics: { accumulated_cost: 0, accumulated_token_usage: usage },
  }
}
