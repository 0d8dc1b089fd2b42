/**
 * What a line of opencode's own log says went wrong (`--print-logs --log-level=ERROR`); null: it is no such line.
 * Its list of models and its sharing are no part of the run, and fail wherever there is no network.
 */
export function toOwnError(text: string): string | 'beside the run' | null {
  if (!/^timestamp=\S+ level=(?:ERROR|WARN) /.test(text)) return null
  const message = valueOf(text, 'message') ?? ''
  if (message.startsWith('Failed to fetch models') || message.startsWith('share ')) return 'beside the run'
  const cause = valueOf(text, 'error.error') ?? valueOf(text, 'error')
  return (cause === null ? message : `${message}: ${cause}`).slice(0, MAX_CHARS)
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
