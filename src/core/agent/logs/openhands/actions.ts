import { pythonField, type Described } from './entry.ts'

/** What an action of the agent is. */
export interface Action {
  /** What the model says with it. */
  readonly text: string
  /** Null: it only says something. */
  readonly call: { readonly name: string; readonly args: Readonly<Record<string, string>> } | null
}

export function toAction({ name, about, body }: Described): Action {
  const thought =
    /^THOUGHT: (.*?)(?=\n(?:COMMAND|CODE|PATH|URL|BROWSER_ACTIONS|NAME|ARGUMENTS):|$)/s.exec(body)?.[1] ??
    pythonField(about, 'thought') ??
    ''
  const rest = body.startsWith('THOUGHT: ') ? body.slice('THOUGHT: '.length + thought.length).trimStart() : body
  switch (name) {
    case 'MessageAction':
      return { text: body.replace(/^CONTENT: /, ''), call: null }
    case 'AgentThinkAction':
      return { text: thought, call: null }
    case 'AgentFinishAction':
      return { text: joined(thought, pythonField(about, 'final_thought')), call: null }
    case 'CmdRunAction':
      return { text: thought, call: { name: 'execute_bash', args: { command: rest.replace(/^COMMAND:\n?/, '') } } }
    case 'IPythonRunCellAction':
      return { text: thought, call: { name: 'execute_ipython_cell', args: { code: rest.replace(/^CODE:\n?/, '') } } }
    case 'FileReadAction':
      return { text: thought, call: { name: 'read', args: { path: pathIn(rest, about) } } }
    case 'FileEditAction':
    case 'FileWriteAction':
      return { text: thought, call: { name: 'edit', args: { path: pathIn(rest, about), change: rest } } }
    default:
      return { text: thought, call: { name, args: { text: rest === '' ? about : rest } } }
  }
}

function joined(thought: string, final: string | null): string {
  return [thought, final === thought ? '' : (final ?? '')].filter((text) => text !== '').join('\n\n')
}

function pathIn(body: string, about: string): string {
  return /^(?:PATH|Path|path): *\[?([^\]\n]*)/m.exec(body)?.[1] ?? pythonField(about, 'path') ?? ''
}

/** What came back: its text without the frame, and whether it is bad news. */
export function toAnswer({ name, about, body }: Described): { readonly text: string; readonly isError: boolean } {
  const framed = /--BEGIN AGENT OBSERVATION--\n(.*)\n--END AGENT OBSERVATION--/s.exec(body)?.[1]
  const exitCode = /\bexit code=(-?\d+)/.exec(about)?.[1]
  return {
    text: framed ?? (body === '' ? (pythonField(about, 'content') ?? '') : body),
    isError: name === 'ErrorObservation' || (exitCode !== undefined && exitCode !== '0'),
  }
}
