import type { LogShape } from './shape.ts'
import { createClaudeCodeParser } from '../../src/core/agent/logs/claude-code.ts'

/** Claude Code's stream and session files, as long runs leave them: a thought, words, a call and its answer per message. */
export const claudeCodeLog: LogShape = {
  agent: 'claude-code',
  createParser: () => createClaudeCodeParser({ maxTurns: null }),
  streamLines: (message) => [
    assistant(message, { type: 'thinking', thinking: prose(message, 60), signature: 'c2ln'.repeat(80) }),
    assistant(message, { type: 'text', text: prose(message, 20) }),
    assistant(message, callOf(message)),
    JSON.stringify({ type: 'user', message: answerOf(message), ...STREAM, tool_use_result: structuredOf(message) }),
  ],
  session: (message) => ({
    // Every eighth message is a subagent's.
    path: `agent/sessions/projects/-app/${message % 8 === 7 ? 'session/subagents/agent-a1' : 'session'}.jsonl`,
    lines: [
      sessionLine(message, 0, 'assistant', messageOf(message, { type: 'text', text: prose(message, 80) })),
      sessionLine(message, 1, 'assistant', messageOf(message, callOf(message))),
      sessionLine(message, 2, 'user', answerOf(message), structuredOf(message)),
    ],
  }),
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
      output_tokens: 300,
      service_tier: 'standard',
    },
  }
}

function callOf(message: number): object {
  const input = {
    command: `grep -rn "${prose(message, 4)}" src | head -${message % 50}`,
    description: prose(message, 6),
  }
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
  return JSON.stringify({
    parentUuid: uuid(message, nth),
    isSidechain: message % 8 === 7,
    ...(message % 8 === 7 ? { agentId: 'a1' } : {}),
    type,
    message: body,
    toolUseResult,
    uuid: uuid(message, nth + 1),
    timestamp: new Date(1_780_000_000_000 + message * 100 + nth).toISOString(),
    userType: 'external',
    cwd: '/app',
    sessionId: STREAM.session_id,
    version: '2.1.197',
    gitBranch: 'main',
  })
}

const WORDS =
  'the file holds a list of names “sorted” by date and the test wants them in order, so the next step is to'.split(' ')

function prose(seed: number, words: number): string {
  return Array.from({ length: words }, (_, index) => WORDS[(seed + index * 7) % WORDS.length]).join(' ')
}

/** Between one and sixty lines. */
function printed(message: number): string {
  return Array.from(
    { length: 1 + (message % 60) },
    (_, index) => `src/file-${index}.ts:${message}: ${prose(message + index, 9)}`,
  ).join('\n')
}

function uuid(message: number, nth: number): string {
  return `${message.toString(16).padStart(8, '0')}-0000-4000-8000-${nth.toString(16).padStart(12, '0')}`
}
