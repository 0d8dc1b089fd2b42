import { parseLine, textOf } from '../fields.ts'

/** A line of OpenHands' log in its JSON form. */
export interface LogEntry {
  readonly level: string
  readonly sessionId: string | null
  /** Without the name of who logs it. */
  readonly text: string
  /** Null: the program speaks for itself. */
  readonly kind: 'action' | 'observation' | null
}

/** Null for a line that is none of its log. */
export function parseEntry(text: string): LogEntry | null {
  const line = parseLine(text)
  const message = line === null ? null : textOf(line, 'message')
  if (line === null || message === null) return null
  const type = textOf(line, 'msg_type')
  return {
    level: textOf(line, 'level') ?? 'INFO',
    sessionId: textOf(line, 'session_id'),
    text: withoutSpeaker(message),
    kind: type === 'ACTION' ? 'action' : type === 'OBSERVATION' ? 'observation' : null,
  }
}

const SPEAKER = '[Agent Controller '

function withoutSpeaker(message: string): string {
  const end = message.startsWith(SPEAKER) ? message.indexOf('] ') : -1
  return end < 0 ? message : message.slice(end + 2)
}

/** An action or observation as the program describes it. */
export interface Described {
  /** `CmdRunAction`. */
  readonly name: string
  /** What stands with the name: `source=EventSource.AGENT, exit code=0, …`. */
  readonly about: string
  readonly body: string
}

/** `**Name (about)**` or `**Name** (about)` with lines below, or `Name(field='…', …)`. Null: neither. */
export function parseDescribed(text: string): Described | null {
  if (!text.startsWith('**')) return parseCall(text)
  const name = /^\*\*(\w+)/.exec(text)?.[1]
  if (name === undefined) return null
  // What stands in brackets may be a whole table, over several lines.
  const closing = text.indexOf('**', name.length + 2)
  const head = closing < 0 ? text : text.slice(0, closing)
  const rest = closing < 0 ? '' : text.slice(closing + 2)
  const lineEnd = rest.indexOf('\n')
  const tail = lineEnd < 0 ? rest : rest.slice(0, lineEnd)
  return {
    name,
    about: `${head.slice(name.length + 2)} ${tail}`.trim(),
    body: lineEnd < 0 ? '' : rest.slice(lineEnd + 1),
  }
}

function parseCall(text: string): Described | null {
  const name = /^(\w+)\(/.exec(text)?.[1]
  if (name === undefined || !text.endsWith(')')) return null
  return { name, about: text.slice(name.length + 1, -1), body: '' }
}

/** The value of a field in Python's own notation: `thought='It\'s done.'`. */
export function pythonField(about: string, name: string): string | null {
  if (!about.includes(`${name}=`)) return null
  const match = new RegExp(`(?:^|[ ,])${name}=(?:'((?:[^'\\\\]|\\\\.)*)'|"((?:[^"\\\\]|\\\\.)*)")`, 's').exec(about)
  const raw = match?.[1] ?? match?.[2]
  return raw === undefined ? null : raw.replaceAll(/\\(.)/gs, (_all, one: string) => ESCAPES[one] ?? one)
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r' }
