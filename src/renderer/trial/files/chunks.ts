/** What a page lays out in a moment. */
const CHUNK_CHARS = 128 * 1024

/** A long text in chunks that end with a line, where lines are not longer than a chunk. */
export function toChunks(text: string, chars = CHUNK_CHARS): readonly string[] {
  const chunks: string[] = []
  for (let from = 0; from < text.length;) {
    const end = from + chars >= text.length ? text.length : text.lastIndexOf('\n', from + chars - 1) + 1
    const to = end > from ? end : from + chars
    chunks.push(text.slice(from, to))
    from = to
  }
  return chunks
}
