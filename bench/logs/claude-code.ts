import { createClaudeCodeParser } from '../../src/core/agent/logs/claude-code.ts'
import { OUTPUT_TOKENS, type LogShape, type StreamShape } from './shape.ts'
import { command, isoOf, printed, prose, uuid } from './words.ts'

/** Claude Code's stream, as long runs leave it: a thought, words, a call and its answer per message. */
export const claudeCodeStream: StreamShape = {
  agent: 'claude-code',
  createParser: () => createClaudeCodeParser({ maxTurns: null }),
  print: (message) =>
    [
      assistant(message, { type: 'thinking', thinking: prose(message, 60), signature: 'c2ln'.repeat(80) }),
      assistant(message, { type: 'text', text: prose(message, 20) }),
      assistant(message, callOf(message)),
      JSON.stringify({ type: 'user', message: answerOf(message), ...STREAM, tool_use_result: structuredOf(message) }),
      '',
    ].join('\n'),
}

/** Its session files. */
export const claudeCodeSessions: LogShape = {
  agent: 'claude-code',
  what: 'sessions',
  message: (nth) => [
    {
      // Every eighth message is a subagent's.
      path: `agent/sessions/projects/-app/${nth % 8 === 7 ? 'session/subagents/agent-a1' : 'session'}.jsonl`,
      text: [
        sessionLine(nth, 0, 'assistant', messageOf(nth, { type: 'text', text: prose(nth, 80) })),
        sessionLine(nth, 1, 'assistant', messageOf(nth, callOf(nth))),
        sessionLine(nth, 2, 'user', answerOf(nth), structuredOf(nth)),
      ].join(''),
    },
  ],
  steps: (messages) => messages,
}

const STREAM = { parent_tool_use_id: null, session_id: '5e2b2f56-66e7-49f0-9ecb-39d05e95b6e0' }

function assistant(message: number, block: object): string {
  return JSON.stringify({ type: 'assistant', message: messageOf(message, block), ...STREAM, uuid: uuid(message, 9) })
}

function messageOf(message: number, block: object): object {
  return {
    id: `msg_${message}`,
    type: 'message',
    role: 'assistant',
    model: 'claude-sonnet-4-5',
    content: [block],
    stop_reason: null,
    stop_sequence: null,
    usage: {
      input_tokens: 4,
      cache_creation_input_tokens: 900 + (message % 90),
      cache_read_input_tokens: 20_000 + message,
      cache_creation: { ephemeral_5m_input_tokens: 900, ephemeral_1h_input_tokens: 0 },
      output_tokens: OUTPUT_TOKENS,
      service_tier: 'standard',
    },
  }
}

function callOf(message: number): object {
  const input = { command: command(message), description: prose(message, 6) }
  return { type: 'tool_use', id: `toolu_${message}`, name: 'Bash', input }
}

function answerOf(message: number): object {
  const content = printed(message)
  return { role: 'user', content: [{ tool_use_id: `toolu_${message}`, type: 'tool_result', content, is_error: false }] }
}

function structuredOf(message: number): object {
  return { stdout: printed(message), stderr: '', interrupted: false, isImage: false }
}

function sessionLine(message: number, nth: number, type: string, body: object, toolUseResult?: object): string {
  const line = JSON.stringify({
    parentUuid: uuid(message, nth),
    isSidechain: message % 8 === 7,
    ...(message % 8 === 7 ? { agentId: 'a1' } : {}),
    type,
    message: body,
    toolUseResult,
    uuid: uuid(message, nth + 1),
    timestamp: isoOf(message, nth),
    userType: 'external',
    cwd: '/app',
    sessionId: STREAM.session_id,
    version: '2.1.197',
    gitBranch: 'main',
  })
  return `${line}\n`
}
