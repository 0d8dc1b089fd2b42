import { jsonLines, OUTPUT_TOKENS, type LogShape } from './shape.ts'
import { command, printed, prose, timeOf } from './words.ts'

/** What opencode prints: one part of a message a line. */
export const opencodeStream: LogShape = {
  agent: 'opencode',
  what: 'stream',
  message: (nth) =>
    jsonLines(
      'agent/opencode.txt',
      event(nth, 'step_start', { type: 'step-start', snapshot: '' }),
      event(nth, 'reasoning', { type: 'reasoning', text: prose(nth, 30) }),
      event(nth, 'text', { type: 'text', text: prose(nth, 60) }),
      event(nth, 'tool_use', { type: 'tool', tool: 'bash', callID: `toolu_${nth}`, state: stateOf(nth) }),
      event(nth, 'step_finish', {
        type: 'step-finish',
        reason: 'tool-calls',
        tokens: { input: 1200, output: OUTPUT_TOKENS, reasoning: 0, cache: { write: 300, read: 8000 } },
        cost: 0.01,
      }),
    ),
  steps: (messages) => messages + 1,
}

function stateOf(nth: number): object {
  return {
    status: 'completed',
    input: { command: command(nth), description: prose(nth, 6) },
    output: printed(nth),
    metadata: { output: printed(nth), exit: 0, truncated: false },
    title: command(nth),
    time: { start: timeOf(nth), end: timeOf(nth, 9) },
  }
}

function event(nth: number, type: string, part: object): object {
  const sessionID = 'ses_e01d8d634ffeyeP8BCRPBwlRtV'
  const ids = { id: `prt_${type}_${nth}`, messageID: `msg_${nth}`, sessionID }
  return { type, timestamp: timeOf(nth), sessionID, part: { ...ids, ...part } }
}
