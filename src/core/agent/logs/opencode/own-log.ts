/** A line of opencode's own log (`--print-logs --log-level=ERROR`). */
export interface OwnError {
  readonly message: string
  /** Its list of models and its sharing are no part of the run, and fail wherever there is no network. */
  readonly besideTheRun: boolean
}

/** Null: it is no such line. */
export function toOwnError(text: string): OwnError | null {
  if (!/^timestamp=\S+ level=(?:ERROR|WARN) /.test(text)) return null
  const message = valueOf(text, 'message') ?? ''
  const besideTheRun = message.startsWith('Failed to fetch models') || message.startsWith('share ')
  const cause = valueOf(text, 'error.error') ?? valueOf(text, 'error')
  return { message: (cause === null ? message : `${message}: ${cause}`).slice(0, MAX_CHARS), besideTheRun }
}

const MAX_CHARS = 1_000

/** `key=word` or `key="words"`. */
function valueOf(text: string, key: string): string | null {
  const at = text.indexOf(` ${key}=`)
  if (at < 0) return null
  const rest = text.slice(at + key.length + 2)
  const quoted = /^"((?:[^"\\]|\\.){0,4000})/.exec(rest)?.[1]
  return quoted === undefined ? (/^\S*/.exec(rest)?.[0] ?? '') : quoted.replaceAll('\\n', '\n').replaceAll('\\"', '"')
}
