import { randomUUID } from 'node:crypto'
import type { TaskText } from './tasks.ts'

/** What every stand-in does first: it says its version, and notes how it was called. */
const HEAD = `#!/bin/bash
if [ "$1" = --version ]; then env | cut -d= -f1 > /logs/agent/setup-variables.txt; echo '2.9.9 (stand-in)'; exit 0; fi
printf '%s\\n' "$@" > /logs/agent/arguments.txt
cat > /logs/agent/instruction.txt
env | cut -d= -f1 | sort > /logs/agent/variables.txt
`

/**
 * A task whose image has a stand-in for the Claude CLI: a script that prints what the real one would print, and misbehaves
 * as asked. For what a real CLI cannot be made to show on demand.
 */
export function standInTask(name: string, script: string, task: Partial<TaskText> = {}): TaskText {
  return {
    name,
    solution: null,
    dockerfile: 'FROM debian:bookworm-slim\nWORKDIR /app\nCOPY --chmod=755 claude /usr/local/bin/claude\n',
    ...task,
    files: { 'environment/claude': `${HEAD}${script}\n`, ...task.files },
  }
}

const SESSION_ID = '6d8e0b1c-0000-4000-8000-000000000001'

/** Lines of the CLI's stream. */
export const line = {
  say,
  init: (): string =>
    say({ type: 'system', subtype: 'init', model: 'm-1', tools: ['Bash'], cwd: '/app', claude_code_version: '2.9.9' }),
  text: (id: string, text: string): string => assistant(id, { type: 'text', text }),
  call: (id: string, callId: string, command: string): string =>
    assistant(id, { type: 'tool_use', id: callId, name: 'Bash', input: { command } }),
  returned: (callId: string, content: string): string =>
    say({ type: 'user', message: { role: 'user', content: [{ type: 'tool_result', tool_use_id: callId, content }] } }),
  result: (facts: Readonly<Record<string, unknown>> = {}): string =>
    say({
      type: 'result',
      subtype: 'success',
      is_error: false,
      num_turns: 2,
      result: 'done',
      total_cost_usd: 0.25,
      usage: { input_tokens: 10, cache_read_input_tokens: 4, cache_creation_input_tokens: 0, output_tokens: 7 },
      ...facts,
    }),
}

function assistant(id: string, block: object): string {
  const usage = { input_tokens: 5, cache_read_input_tokens: 2, cache_creation_input_tokens: 0, output_tokens: 1 }
  const message = { id, role: 'assistant', model: 'm-1', content: [block], stop_reason: null, usage }
  return say({ type: 'assistant', message, parent_tool_use_id: null })
}

/** A command of the script that prints a line. */
function say(line: object): string {
  return `cat <<'LINE'\n${JSON.stringify({ ...line, session_id: SESSION_ID, uuid: randomUUID() })}\nLINE`
}
