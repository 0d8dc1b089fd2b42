/**
 * The messages of a stream of JSON lines, as pulls and builds send them. What is no JSON object is left out. A pull's
 * connection that breaks throws.
 */
export async function* jsonLines(stream: AsyncIterable<string | Uint8Array>): AsyncGenerator<Record<string, unknown>> {
  const decoder = new TextDecoder()
  let rest = ''
  for await (const chunk of stream) {
    rest += typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true })
    const lines = rest.split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) yield* message(line)
  }
  yield* message(rest)
}

function* message(line: string): Generator<Record<string, unknown>> {
  if (line.trim() === '') return
  try {
    const value: unknown = JSON.parse(line)
    if (typeof value === 'object' && value !== null) yield { ...value }
  } catch {
    // Not ours to understand.
  }
}
