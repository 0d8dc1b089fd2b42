/** A line of opencode's own log (`--print-logs --log-level=ERROR`). */
export interface OwnError {
  readonly message: string
  /** Its list of models, its sharing and the title that it asks a model for are no part of the run. */
  readonly besideTheRun: boolean
  /** Whether a request to a model failed; a tool server or a language server may fail, too, while a tool is at work. */
  readonly ofModel: boolean
}

/** Null: it is no such line. */
export function toOwnError(text: string): OwnError | null {
  if (!/^timestamp=\S+ level=(?:ERROR|WARN) /.test(text)) return null
  const message = valueOf(text, 'message') ?? ''
  const isTitle = valueOf(text, 'small') === 'true'
  const besideTheRun = isTitle || message.startsWith('Failed to fetch models') || message.startsWith('share ')
  const cause = valueOf(text, 'error.error') ?? valueOf(text, 'error')
  const words = cause === null ? message : `${message}: ${cause}`
  return { message: words.slice(0, MAX_CHARS), besideTheRun, ofModel: OF_MODEL.test(text) }
}

const OF_MODEL = /^\S+ \S+ (?:run=\S+ )?message=(?:"(?:[^"\\]|\\.){0,1000}"|\S+) providerID=/

const MAX_CHARS = 1_000

/** `key=word` or `key="words"`. */
function valueOf(text: string, key: string): string | null {
  const at = text.indexOf(` ${key}=`)
  if (at < 0) return null
  const rest = text.slice(at + key.length + 2)
  const quoted = /^"((?:[^"\\]|\\.){0,4000})/.exec(rest)?.[1]
  return quoted === undefined ? (/^\S*/.exec(rest)?.[0] ?? '') : quoted.replaceAll('\\n', '\n').replaceAll('\\"', '"')
}
