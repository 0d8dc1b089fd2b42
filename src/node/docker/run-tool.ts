import { type ExecHost, exitCodeOf, openExec } from './exec-session.ts'
import { createFrameSplitter } from './frames.ts'

const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

/**
 * Runs a script of our own (its text, then $0, $1 …) inside the container, with nothing of the image's directory and
 * PATH, which the task may have made unusable. It gets `limitMs`; its output is expected to be small.
 */
export async function runTool(
  host: ExecHost,
  script: readonly string[],
  user: string | number | undefined,
  limitMs: number,
): Promise<{ readonly exitCode: number | null; readonly output: string }> {
  const session = await openExec(host, {
    command: ['/bin/sh', '-c', ...script],
    cwd: '/',
    env: { PATH },
    user,
    stdin: false,
  })
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
