import { quote } from '../shell.ts'

/** A tool call of a recorded trajectory. */
export interface RecordedCall {
  readonly tool_call_id: string
  readonly function_name: string
  readonly arguments: Readonly<Record<string, unknown>>
}

/** What a recorded call does to an environment. */
export type ReplayAction =
  | {
      readonly kind: 'shell'
      readonly command: string
      readonly cwd: string | null
      /** It ran in a shell of its own: what it changed of directory and variables ended with it. */
      readonly ownShell: boolean
    }
  | { readonly kind: 'write'; readonly path: string; readonly content: string }
  | { readonly kind: 'edit'; readonly path: string; readonly edits: readonly Replacement[] }
  /** It only read, planned or reported: nothing to do again. */
  | { readonly kind: 'none' }

export interface Replacement {
  readonly oldText: string
  readonly newText: string
  readonly all: boolean
}

/** The action of a call, or why it cannot be replayed. Names are those that the known agents record. */
export function mapCall(call: RecordedCall): ReplayAction | { readonly kind: 'unmapped'; readonly reason: string } {
  const name = call.function_name
  if (READ_ONLY.has(name)) return { kind: 'none' }
  if (name === 'bash_command') return fromKeystrokes(call.arguments)
  if (SHELL.has(name)) return fromShell(call.arguments, false)
  if (OWN_SHELL.has(name)) return fromShell(call.arguments, true)
  if (WRITE.has(name)) return fromWrite(call.arguments)
  if (EDIT.has(name)) return fromEdit(call.arguments)
  return { kind: 'unmapped', reason: `tool "${name}"` }
}

/** One shell for all calls: at least its directory carries over, as in Claude Code and OpenHands. */
const SHELL: ReadonlySet<string> = new Set(['Bash', 'execute_bash', 'run_command', 'run_terminal_cmd', 'terminal'])
/** A new shell for each call. */
const OWN_SHELL: ReadonlySet<string> = new Set([
  // OpenCode, pi, mini-swe-agent
  'bash',
  // Codex
  'shell',
  'local_shell',
  'exec_command',
  // Gemini CLI, Qwen Code
  'run_shell_command',
  // goose
  'developer__shell',
])
const WRITE: ReadonlySet<string> = new Set(['Write', 'write', 'write_file', 'create_file', 'write_to_file'])
const EDIT: ReadonlySet<string> = new Set(['Edit', 'MultiEdit', 'edit', 'edit_file', 'replace', 'str_replace'])
const READ_ONLY: ReadonlySet<string> = new Set([
  'Read',
  'read',
  'read_file',
  'read_many_files',
  'view_image',
  'Glob',
  'glob',
  'Grep',
  'grep',
  'search_file_content',
  'LS',
  'ls',
  'list',
  'list_directory',
  'TodoWrite',
  'TodoRead',
  'todowrite',
  'todoread',
  'write_todos',
  'TaskCreate',
  'TaskUpdate',
  'TaskList',
  'TaskGet',
  'TaskOutput',
  'update_plan',
  'think',
  'WebFetch',
  'WebSearch',
  'web_fetch',
  'web_search',
  'web_search_call',
  'google_web_search',
  'finish',
  'mark_task_complete',
  'ExitPlanMode',
  'BashOutput',
])

function fromShell(args: RecordedCall['arguments'], isFresh: boolean): ReturnType<typeof mapCall> {
  const raw = args['command'] ?? args['cmd'] ?? args['script']
  const cwd = text(args['workdir']) ?? text(args['directory']) ?? text(args['dir_path']) ?? text(args['cwd'])
  // A directory that a call names is that call's alone.
  const ownShell = isFresh || cwd !== null
  if (typeof raw === 'string') return { kind: 'shell', command: raw, cwd, ownShell }
  if (!Array.isArray(raw) || !raw.every((part) => typeof part === 'string'))
    return { kind: 'unmapped', reason: 'a shell call without a command' }
  const script = /(^|\/)(ba|z|da)?sh$/.test(raw[0] ?? '') && /^-[a-z]*c$/.test(raw[1] ?? '') ? raw[2] : undefined
  return { kind: 'shell', command: script ?? raw.map(quote).join(' '), cwd, ownShell }
}

/** Keys sent to a terminal: whole lines are commands; control keys mean something only to a program that waits for them. */
function fromKeystrokes(args: RecordedCall['arguments']): ReturnType<typeof mapCall> {
  const keys = text(args['keystrokes']) ?? ''
  if (keys.trim() === '') return { kind: 'none' }
  if (/^(C-.|M-.|Escape|Enter|Tab|Up|Down|Left|Right|BSpace|F\d+)$/m.test(keys.trim())) {
    return { kind: 'unmapped', reason: `keystrokes ${JSON.stringify(keys.trim())}` }
  }
  if (/[\u0000-\u0008\u000b-\u001f]/.test(keys))
    return { kind: 'unmapped', reason: 'keystrokes with control characters' }
  return { kind: 'shell', command: keys.replace(/\n+$/, ''), cwd: null, ownShell: false }
}

function fromWrite(args: RecordedCall['arguments']): ReturnType<typeof mapCall> {
  const path = filePath(args)
  const content = text(args['content']) ?? text(args['file_text']) ?? text(args['contents'])
  if (path === null || content === null) return { kind: 'unmapped', reason: 'a write without path or content' }
  return { kind: 'write', path, content }
}

function fromEdit(args: RecordedCall['arguments']): ReturnType<typeof mapCall> {
  const path = filePath(args)
  const list = Array.isArray(args['edits']) ? (args['edits'] as unknown[]) : [args]
  const edits = list.map(toReplacement)
  const sound = edits.filter((edit) => edit !== null)
  if (path === null || sound.length !== edits.length)
    return { kind: 'unmapped', reason: 'an edit without path, old or new text' }
  return { kind: 'edit', path, edits: sound }
}

function toReplacement(edit: unknown): Replacement | null {
  if (typeof edit !== 'object' || edit === null) return null
  const fields = new Map<string, unknown>(Object.entries(edit))
  const oldText = text(fields.get('old_string')) ?? text(fields.get('old_str')) ?? text(fields.get('oldString'))
  const newText = text(fields.get('new_string')) ?? text(fields.get('new_str')) ?? text(fields.get('newString'))
  if (oldText === null || newText === null) return null
  const all = fields.get('replace_all') === true || fields.get('replaceAll') === true
  return { oldText, newText, all }
}

function filePath(args: RecordedCall['arguments']): string | null {
  return text(args['file_path']) ?? text(args['filePath']) ?? text(args['path']) ?? text(args['target_file'])
}

function text(value: unknown): string | null {
  return typeof value === 'string' ? value : null
}
