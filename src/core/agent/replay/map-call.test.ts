import { globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { parseTrajectory } from '../../trajectory/parse.ts'
import { mapCall } from './map-call.ts'

const call = (function_name: string, args: Record<string, unknown>) =>
  mapCall({ tool_call_id: '1', function_name, arguments: args })

describe('mapCall', () => {
  it.each<[string, ReturnType<typeof call>, unknown]>([
    ['a shell command', call('Bash', { command: 'ls' }), { kind: 'shell', command: 'ls', cwd: null, ownShell: false }],
    [
      'a shell command elsewhere',
      call('exec_command', { cmd: 'ls', workdir: '/x' }),
      { kind: 'shell', command: 'ls', cwd: '/x', ownShell: true },
    ],
    [
      'a script given as arguments',
      call('shell', { command: ['bash', '-lc', 'a && b'] }),
      { kind: 'shell', command: 'a && b', cwd: null, ownShell: true },
    ],
    [
      'plain arguments',
      call('shell', { command: ['echo', "it's"] }),
      { kind: 'shell', command: `echo 'it'\\''s'`, cwd: null, ownShell: true },
    ],
    [
      'typed lines',
      call('bash_command', { keystrokes: 'cd /app\nls\n', duration: 1 }),
      { kind: 'shell', command: 'cd /app\nls', cwd: null, ownShell: false },
    ],
    [
      'another directory for one call',
      call('Bash', { command: 'ls', cwd: '/x' }),
      { kind: 'shell', command: 'ls', cwd: '/x', ownShell: true },
    ],
    ...['bash', 'shell', 'local_shell', 'exec_command', 'run_shell_command', 'developer__shell'].map(
      (name): [string, ReturnType<typeof call>, unknown] => [
        `a shell for each call: ${name}`,
        call(name, { command: 'ls' }),
        { kind: 'shell', command: 'ls', cwd: null, ownShell: true },
      ],
    ),
    ['waiting', call('bash_command', { keystrokes: '', duration: 5 }), { kind: 'none' }],
    ['a write', call('Write', { file_path: '/a', content: 'x' }), { kind: 'write', path: '/a', content: 'x' }],
    [
      'an edit',
      call('Edit', { file_path: '/a', old_string: 'x', new_string: 'y' }),
      { kind: 'edit', path: '/a', edits: [{ oldText: 'x', newText: 'y', all: false }] },
    ],
    ['reading', call('Read', { file_path: '/a' }), { kind: 'none' }],
    ['the end', call('mark_task_complete', {}), { kind: 'none' }],
  ])('maps %s', (_name, mapped, expected) => {
    expect(mapped).toEqual(expected)
  })

  it.each([
    ['a control key', call('bash_command', { keystrokes: 'C-c' })],
    ['an escape character', call('bash_command', { keystrokes: '\u001b:wq\n' })],
    ['an unknown tool', call('browser_click', { x: 1 })],
    ['a shell without a command', call('Bash', {})],
    ['a write without content', call('Write', { file_path: '/a' })],
  ])('names what it cannot map: %s', (_name, mapped) => {
    expect(mapped.kind).toBe('unmapped')
  })
})

/** Tools of recorded runs that change what a replay cannot: other agents, patches, servers of the recording. */
const REFUSED = new Set([
  'Agent',
  'agent',
  'task',
  'invoke_agent',
  'spawn_agent',
  'wait_agent',
  'close_agent',
  'apply_patch',
  'add',
  'fail',
  'json',
  'picture',
  'no_such_tool',
])

describe("the tools of Harbor's recordings", () => {
  const root = fileURLToPath(new URL('../../../../test/fixtures/', import.meta.url))
  const calls = globSync('*/*/harbor-trajectory.json', { cwd: root }).flatMap((path) => {
    const { steps } = parseTrajectory(readFileSync(root + path, 'utf8'), path)
    return steps.flatMap(({ tool_calls }) => (tool_calls ?? []).map((recorded) => ({ path, recorded })))
  })

  it('are mapped, or known to be refused', () => {
    expect(calls.length).toBeGreaterThan(20)
    for (const { path, recorded } of calls) {
      const name = recorded.function_name
      expect(mapCall(recorded).kind === 'unmapped', `${name} in ${path}`).toBe(REFUSED.has(name))
    }
  })
})
