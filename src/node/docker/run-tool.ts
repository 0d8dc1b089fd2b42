import { type ExecHost, exitCodeOf, openExec } from './exec-session.ts'
import { createFrameSplitter } from './frames.ts'

/**
 * Runs a command of our own inside the container, in `/`, because the task may have made the image's directory unusable.
 * It gets `limitMs`; its output is expected to be small.
 */
export async function runTool(
  host: ExecHost,
  command: readonly string[],
  user: string | number | undefined,
  limitMs: number,
): Promise<{ readonly exitCode: number | null; readonly output: string }> {
  const session = await openExec(host, { command, cwd: '/', user, stdin: false })
  const late = new AbortController()
  const deadline = setTimeout(() => {
    late.abort()
    session.stream.destroy(new Error('it took too long'))
  }, limitMs)
  try {
    const output = await readText(session.stream)
    return { exitCode: await exitCodeOf(session, late.signal), output }
  } finally {
    clearTimeout(deadline)
    session.stream.destroy()
  }
}

async function readText(stream: AsyncIterable<Uint8Array>): Promise<string> {
  const split = createFrameSplitter()
  const decoder = new TextDecoder()
  let text = ''
  for await (const chunk of stream) {
    for (const piece of split(chunk)) text += decoder.decode(piece.data, { stream: true })
  }
  return text
}
