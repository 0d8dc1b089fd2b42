import type { TestItem } from '../../../contract/trial.ts'

/**
 * The lines of a failed test that say what did not hold, at most `max`: pytest's `E` lines, else the line of the
 * assertion and what follows it, else the first lines there are. The message comes before the trace.
 */
export function toAssertion({ message, trace }: Pick<TestItem, 'message' | 'trace'>, max = 4): readonly string[] {
  const pytest = marked(trace) ?? marked(message)
  const lines = pytest ?? fromAssertion(message) ?? fromAssertion(trace) ?? plain(message) ?? plain(trace) ?? []
  return lines.slice(0, max).map((line) => (line.length > MAX_LINE ? `${line.slice(0, MAX_LINE)} …` : line))
}

const MAX_LINE = 400

function linesOf(text: string | null): readonly string[] {
  // A trace may be megabytes; what it says first is enough here.
  return (text ?? '').slice(0, 50_000).split(/\r?\n/)
}

/** `E   assert 1 == 2` of pytest, without its mark. */
function marked(text: string | null): readonly string[] | null {
  const lines = linesOf(text).flatMap((line) => /^E(?: {2,}(.*)|)$/.exec(line)?.[1] ?? [])
  return lines.length === 0 ? null : lines
}

function fromAssertion(text: string | null): readonly string[] | null {
  const lines = linesOf(text)
  const at = lines.findIndex((line) => /\b(AssertionError\b|assertion failed|[A-Z]\w*Error:)/.test(line))
  return at < 0 ? null : lines.slice(at).filter((line) => line.trim() !== '')
}

function plain(text: string | null): readonly string[] | null {
  const lines = linesOf(text).filter((line) => line.trim() !== '')
  return lines.length === 0 ? null : lines
}
