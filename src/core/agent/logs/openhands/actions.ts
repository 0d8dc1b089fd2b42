import { pythonField, type Described } from './entry.ts'

/** What an action of the agent is. */
export interface Action {
  /** What the model says with it. */
  readonly text: string
  /** Null: it only says something. */
  readonly call: { readonly name: string; readonly args: Readonly<Record<string, string>> } | null
}

export function toAction({ name, about, body }: Described): Action {
  const end = body.startsWith(THOUGHT) ? endOfThought(body) : 0
  const thought = end > 0 ? body.slice(THOUGHT.length, end) : (pythonField(about, 'thought') ?? '')
  const rest = end > 0 ? body.slice(end).trimStart() : body
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

const THOUGHT = 'THOUGHT: '
/** What may follow the thought, each at the beginning of a line. */
const LABELS = ['COMMAND:', 'CODE:', 'PATH:', 'URL:', 'BROWSER_ACTIONS:', 'NAME:', 'ARGUMENTS:']

function endOfThought(body: string): number {
  const ends = LABELS.map((label) => body.indexOf(`\n${label}`)).filter((at) => at >= 0)
  return Math.min(body.length, ...ends)
}

function joined(thought: string, final: string | null): string {
  return [thought, final === thought ? '' : (final ?? '')].filter((text) => text !== '').join('\n\n')
}

function pathIn(body: string, about: string): string {
  return /^(?:PATH|Path|path): *\[?([^\]\n]*)/m.exec(body)?.[1] ?? pythonField(about, 'path') ?? ''
}

const BEGIN = '--BEGIN AGENT OBSERVATION--\n'
const END = '\n--END AGENT OBSERVATION--'

/** What came back: its text without the frame, and whether it is bad news. */
export function toAnswer({ name, about, body }: Described): { readonly text: string; readonly isError: boolean } {
  const begin = body.indexOf(BEGIN)
  const end = begin < 0 ? -1 : body.lastIndexOf(END)
  const framed = end < begin + BEGIN.length ? null : body.slice(begin + BEGIN.length, end)
  const exitCode = /\bexit code=(-?\d+)/.exec(about)?.[1]
  return {
    text: framed ?? (body === '' ? (pythonField(about, 'content') ?? '') : body),
    isError: name === 'ErrorObservation' || (exitCode !== undefined && exitCode !== '0'),
  }
}
