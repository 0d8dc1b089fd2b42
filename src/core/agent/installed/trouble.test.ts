import { expect, test } from 'vitest'
import { createCodexParser } from '../logs/codex.ts'
import type { LogParser } from '../logs/log-parser.ts'
import { createOpencodeParser } from '../logs/opencode.ts'
import { createTrouble } from './trouble.ts'

const CODEX = {
  error: JSON.stringify({ type: 'error', message: 'Reconnecting... 1/5 (stream disconnected)' }),
  progress: JSON.stringify({ type: 'item.completed', item: { id: 'i1', type: 'agent_message', text: 'On.' } }),
}
const part = (type: string, fields: object): string =>
  JSON.stringify({ type, timestamp: 1, sessionID: 's', part: { messageID: 'm', ...fields } })
const OPENCODE = {
  error:
    'timestamp=2026-11-21T12:50:38.334Z level=ERROR message="stream error" providerID=a error.error="AI_APICallError: rate limit"',
  progress: part('tool_use', {
    id: 'p1',
    type: 'tool',
    tool: 'bash',
    callID: 'c1',
    state: { status: 'completed', input: { command: 'ls' }, output: 'x' },
  }),
}

test.each<[string, (ask: { readonly maxTurns: null }) => LogParser, typeof CODEX]>([
  ['codex', createCodexParser, CODEX],
  ['opencode', createOpencodeParser, OPENCODE],
])('%s: trouble that comes back in the same words after it got on is trouble again', (_name, create, lines) => {
  const parser = create({ maxTurns: null })
  const trouble = createTrouble()
  const read = (line: string): void => trouble.line(parser.line(line), parser.answers)
  read(lines.error)
  read(lines.error)
  expect(trouble.complaints).toHaveLength(1)
  read(lines.progress)
  expect(trouble.complaints).toEqual([])
  read(lines.error)
  expect(trouble.complaints).toHaveLength(1)
})

test('an answer that has begun ends it, though nothing is told of it yet', () => {
  const trouble = createTrouble()
  const warning = { type: 'warning.raised', message: 'a', hint: null } as const
  trouble.line([warning], 1)
  trouble.line([{ ...warning, message: 'b' }], 1)
  expect(trouble.complaints).toEqual(['a', 'b'])
  trouble.line([], 2)
  expect(trouble.complaints).toEqual([])
  trouble.line([warning], 2)
  expect(trouble.complaints).toEqual(['a'])
  trouble.line([warning], 3)
  expect(trouble.complaints).toEqual(['a'])
})
