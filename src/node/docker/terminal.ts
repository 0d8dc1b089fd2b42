import type { Duplex } from 'node:stream'
import { AppError } from '../../contract/errors.ts'
import type { Terminal, TerminalRequest } from '../../core/environment/backend.ts'
import { announcement } from './exec.ts'
import { endTree } from './end-tree.ts'
import { type ExecHost, exitCodeOf, openExec, type ResizableSession, toExecError } from './exec-session.ts'
import { createRootPidReader, type RootPidReader } from './exec-root.ts'
import { assertAlive, endUnlessAlive } from './proof-of-life.ts'
import { followTerminal } from './terminal-output.ts'
import { engineMessage, isConnectionError, isGone, statusOf } from './translate.ts'

/** An interactive shell does not end by TERM, and nobody wants to wait for it. */
const CLOSE_GRACE_MS = 300
/** What becomes of a terminal's exit code once its output has ended is soon known, or never. */
const END_MS = 5000
/** Ended by KILL, its own or that of its whole container. */
const KILLED = 137

/**
 * Says under which pid it runs, as `announced` does, then becomes the program. The size is set here too, where the image
 * can, so that the program never sees another one. Arguments: columns, rows, the program.
 */
const BEGIN = `echo $$
stty columns "$1" rows "$2" 2> /dev/null
shift 2
if [ $# -gt 0 ]; then exec "$@"; fi
if command -v bash > /dev/null 2>&1; then exec bash; fi
exec /bin/sh`

/** Starts a program on a terminal; the contract is that of `Container.attachTerminal`. */
export async function openTerminal(host: ExecHost, request: TerminalRequest): Promise<Terminal> {
  if (request.signal?.aborted === true) throw new AppError('cancelled', 'Cancelled.')
  const session = await open(host, request)
  const root = createRootPidReader()
  const terminal = follow(host, session, root, request)
  try {
    // Before that, engines do not know the terminal yet.
    if ((await announcement({ rootPid: root.pid })) === null) await refuseStart(host, terminal)
    // A program that has ended at once has no size any more.
    await session.resize(request.columns, request.rows).catch(() => undefined)
    return terminal
  } catch (error) {
    session.stream.destroy()
    throw error
  }
}

async function open(host: ExecHost, request: TerminalRequest): Promise<ResizableSession> {
  try {
    return await openExec(host, {
      command: [
        '/bin/sh',
        '-c',
        BEGIN,
        'sh',
        String(request.columns),
        String(request.rows),
        ...(request.command ?? []),
      ],
      cwd: request.cwd,
      env: { TERM: 'xterm-256color', ...request.env },
      user: request.user,
      stdin: true,
      tty: true,
    })
  } catch (error) {
    if (statusOf(error) === null || isGone(error)) throw toExecError(error)
    await mustBeAlive(host)
    throw new AppError('invalid-input', `The terminal could not be started: ${engineMessage(error)}`, { cause: error })
  }
}

/** Nothing was announced: what was printed is the engine's reason. Some engines refuse so, others by their answer. */
async function refuseStart(host: ExecHost, terminal: Terminal): Promise<never> {
  const reason: Uint8Array[] = []
  for await (const chunk of terminal.output) reason.push(chunk)
  await mustBeAlive(host)
  const text = Buffer.concat(reason).toString('utf8').trim()
  throw new AppError('invalid-input', `The terminal could not be started: ${text || 'the engine does not say why'}`)
}

function follow(host: ExecHost, session: ResizableSession, root: RootPidReader, request: TerminalRequest): Terminal {
  const { stream } = session
  const isOver = new AbortController()
  const { promise: exited, resolve } = Promise.withResolvers<{ readonly exitCode: number | null }>()
  let closing: Promise<void> | null = null

  const end = async (): Promise<void> => {
    const late = AbortSignal.any([isOver.signal, AbortSignal.timeout(END_MS)])
    const exitCode = closing === null ? await ownExitCode(host, session, late).catch(() => null) : null
    request.signal?.removeEventListener('abort', abort)
    isOver.abort()
    resolve({ exitCode: closing === null ? exitCode : null })
  }
  const close = async (): Promise<void> => {
    try {
      const running = await session.status().then(
        (status) => status.running,
        (error: unknown) => !(error instanceof AppError || isGone(error)) && statusOf(error) !== 404,
      )
      const pid = running ? await announcement({ rootPid: root.pid }) : null
      if (pid !== null) await endTree(host, pid, request.user, CLOSE_GRACE_MS)
    } catch (error) {
      throw toExecError(error)
    } finally {
      stream.destroy()
    }
    await exited
  }
  const abort = (): void => {
    closing ??= close()
    closing.catch(() => undefined)
  }

  request.signal?.addEventListener('abort', abort, { once: true })
  if (request.signal?.aborted === true) abort()
  const output = followTerminal(session, root, end)
  return {
    output,
    exited,
    async write(data) {
      if (isOver.signal.aborted || stream.destroyed) await refuse(host)
      await writeAll(stream, data, isOver.signal)
    },
    async resize(columns, rows) {
      if (isOver.signal.aborted) return
      await session.resize(columns, rows).catch(async (error: unknown) => {
        // It has just ended: there is nothing to resize.
        if (statusOf(error) === null) throw toExecError(error)
      })
    },
    async close() {
      if (isOver.signal.aborted && closing === null) return
      closing ??= close()
      await closing
    },
  }
}

/** Null where it was not the program that ended, but its container. */
async function ownExitCode(host: ExecHost, session: ResizableSession, late: AbortSignal): Promise<number | null> {
  const exitCode = await exitCodeOf(session, late)
  const isContainers = exitCode === KILLED && (await endUnlessAlive(host)) !== null
  return isContainers ? null : exitCode
}

async function writeAll(stream: Duplex, data: Uint8Array, isOver: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => {
    const done = (): void => {
      isOver.removeEventListener('abort', done)
      resolve()
    }
    // A program that ends does not take what is left; that is no failure.
    isOver.addEventListener('abort', done, { once: true })
    stream.write(data, done)
  })
}

/** Nothing can be typed any more: because the environment has gone, or only the program has ended. */
async function refuse(host: ExecHost): Promise<never> {
  await mustBeAlive(host)
  throw new AppError('not-found', 'The program of this terminal has ended.')
}

async function mustBeAlive(host: ExecHost): Promise<void> {
  await assertAlive(host).catch((error: unknown) => {
    throw isConnectionError(error) ? toExecError(error) : error
  })
}
