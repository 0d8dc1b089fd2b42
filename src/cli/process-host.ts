import { AppError } from '../contract/errors.ts'
import type { Host, Output, Terminal } from './host.ts'

/** The host of a real process. Its streams are watched for a reader that went away. */
export function createProcessHost(version: string): Host {
  const outputClosed = new AbortController()
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      // A reader that has seen enough (EPIPE) or a terminal that was closed (EIO) is no error.
      const isGone = error.code === 'EPIPE' || error.code === 'EIO'
      if (!isGone && stream === process.stdout)
        process.stderr.write(`error: stdout cannot be written: ${error.message}\n`)
      outputClosed.abort()
    })
  }
  return {
    stdout: toOutput(process.stdout),
    stderr: toOutput(process.stderr),
    terminal: process.stderr.isTTY && process.stdin.isTTY ? createTerminal() : null,
    env: process.env,
    cwd: process.cwd(),
    version,
    outputClosed: outputClosed.signal,
    stdin: readStdin,
    openEngine: async ({ jobsDir, env }) => {
      const { createEngine } = await import('../engine/index.ts')
      return createEngine({ jobsDir, cwd: process.cwd(), env, version })
    },
    openService: async ({ jobsDir, jobsDirIsNamed = false }) => {
      const [{ createService }, { settingsDirOf }] = await Promise.all([
        import('../engine/service.ts'),
        import('../engine/places.ts'),
      ])
      const { env } = process
      const settingsDir = settingsDirOf(env)
      return createService({ jobsDir, jobsDirIsNamed, cwd: process.cwd(), env, version, settingsDir })
    },
  }
}

async function* readStdin(signal: AbortSignal): AsyncGenerator<Uint8Array> {
  const { stdin } = process
  const stop = (): void => void stdin.destroy()
  signal.addEventListener('abort', stop, { once: true })
  try {
    for await (const chunk of stdin) if (chunk instanceof Uint8Array) yield chunk
  } catch (error) {
    if (!signal.aborted) throw error
  } finally {
    signal.removeEventListener('abort', stop)
  }
}

function toOutput(stream: NodeJS.WriteStream): Output {
  return {
    write: (data) => stream.write(data),
    isTerminal: stream.isTTY,
    // A terminal that does not know its size says 0.
    columns: () => (stream.isTTY && stream.columns > 0 ? stream.columns : null),
    rows: () => (stream.isTTY && stream.rows > 0 ? stream.rows : null),
    onResize(listener) {
      stream.on('resize', listener)
      return () => stream.off('resize', listener)
    },
    drained: async () => untilAny(stream, ['drain', 'error', 'close']),
  }
}

async function untilAny(stream: NodeJS.WriteStream, names: readonly string[]): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      for (const name of names) stream.off(name, done)
      resolve()
    }
    for (const name of names) stream.on(name, done)
  })
}

/** Questions go to stderr, so that stdout holds only what was asked for. */
function createTerminal(): Terminal {
  return {
    ask: async (question) => ask(question, process.stderr),
    async askSecret(question) {
      process.stderr.write(question)
      const { Writable } = await import('node:stream')
      try {
        return await ask('', new Writable({ write: (_chunk, _encoding, done) => done() }))
      } finally {
        process.stderr.write('\n')
      }
    },
  }
}

/** The answer; empty at the end of input. Ctrl-C at a question ends the command. */
async function ask(question: string, output: NodeJS.WritableStream): Promise<string> {
  // Loaded when somebody is asked: it would be a third of the time of `tbcc --help`.
  const { createInterface } = await import('node:readline/promises')
  const lines = createInterface({ input: process.stdin, output, terminal: true })
  const closed = new AbortController()
  let isCancelled = false
  lines.once('SIGINT', () => {
    isCancelled = true
    lines.close()
  })
  lines.once('close', () => closed.abort())
  try {
    return await lines.question(question, { signal: closed.signal })
  } catch (error) {
    if (!closed.signal.aborted) throw error
    if (isCancelled) throw new AppError('cancelled', 'cancelled at the question: nothing was started', { cause: error })
    return ''
  } finally {
    lines.close()
  }
}
