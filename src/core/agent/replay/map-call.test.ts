import { describe, expect, it } from 'vitest'
import { mapCall } from './map-call.ts'

const call = (function_name: string, args: Record<string, unknown>) =>
  mapCall({ tool_call_id: '1', function_name, arguments: args })

describe('mapCall', () => {
  it.each<[string, ReturnType<typeof call>, unknown]>([
    ['a shell command', call('Bash', { command: 'ls' }), { kind: 'shell', command: 'ls', cwd: null }],
    [
      'a shell command elsewhere',
      call('exec_command', { cmd: 'ls', workdir: '/x' }),
      { kind: 'shell', command: 'ls', cwd: '/x' },
    ],
    [
      'a script given as arguments',
      call('shell', { command: ['bash', '-lc', 'a && b'] }),
      { kind: 'shell', command: 'a && b', cwd: null },
    ],
    [
      'plain arguments',
      call('shell', { command: ['echo', "it's"] }),
      { kind: 'shell', command: `echo 'it'\\''s'`, cwd: null },
    ],
    [
      'typed lines',
      call('bash_command', { keystrokes: 'cd /app\nls\n', duration: 1 }),
      { kind: 'shell', command: 'cd /app\nls', cwd: null },
    ],
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
