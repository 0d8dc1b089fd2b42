import { type ChildProcessByStdio, type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import type { Readable, Writable } from 'node:stream'
import { AppError, toAppError } from '../../contract/errors.ts'
import type { Terminal, TerminalRequest } from '../../core/environment/backend.ts'
import { exitCodeOf, keepText, runOnHost } from './children.ts'
import { isAlive, readProcess } from './process-table.ts'
import { endTree } from './process-tree.ts'
import type { TerminalPrograms } from './programs.ts'
import { commandLine, failureOf, type InsideCommand, type RunningSandbox, runInside } from './running.ts'

/** An interactive shell does not end by TERM, and nobody wants to wait for it. */
const CLOSE_GRACE_MS = 300

/**
 * Starts a program on a terminal; the contract is that of `Container.attachTerminal`. util-linux' script makes the
 * terminal, on the host's side, and becomes the parent of the command that enters the sandbox, whose streams are then the
 * terminal's. Nothing of the sandbox sees script itself, or the terminal's other end.
 */
export async function openTerminal(
  sandbox: RunningSandbox,
  command: InsideCommand,
  request: TerminalRequest,
): Promise<Terminal> {
  const programs = sandbox.programs.terminal
  if (programs === null) throw noTerminal()
  if (request.signal?.aborted === true) throw new AppError('cancelled', 'cancelled before the terminal was opened')
  if (request.cwd !== undefined) await requireDirectory(sandbox, command)
  const child = start(sandbox, programs, command, request)
  const complaint = keepText(child.stderr)
  const exit = exitCodeOf(child)
  exit.catch(() => undefined)
  child.stdin.on('error', () => undefined)
  const path = await readDevice(child.stdout).catch((error: unknown) => {
    throw failureOf(sandbox, 'the terminal could not be opened', complaint() || String(error))
  })
  return follow({ sandbox, programs, child, exit, path }, request)
}

interface Opened {
  readonly sandbox: RunningSandbox
  readonly programs: TerminalPrograms
  readonly child: ChildProcessByStdio<Writable, Readable, Readable>
  readonly exit: Promise<number>
  /** Of the terminal, on the host: `/dev/pts/3`. */
  readonly path: string
}

function start(
  sandbox: RunningSandbox,
  { script, stty, tty }: TerminalPrograms,
  command: InsideCommand,
  { columns, rows }: TerminalRequest,
): ChildProcessWithoutNullStreams {
  const { program, args, options } = commandLine(sandbox, command)
  const size = [stty, 'columns', String(columns), 'rows', String(rows)].map(quoted).join(' ')
  const text = `${size} && ${quoted(tty)} && exec ${[program, ...args].map(quoted).join(' ')}`
  try {
    return spawn(script, ['-q', '-f', '-e', '-E', 'always', '-c', text, '/dev/null'], { ...options, stdio: 'pipe' })
  } catch (error) {
    throw toAppError(error)
  }
}

/** One word of the shell, whatever is in it. */
function quoted(word: string): string {
  return `'${word.replaceAll("'", String.raw`'\''`)}'`
}

/** The first line that is printed: which terminal it is. What follows it stays in the stream. */
async function readDevice(stdout: Readable): Promise<string> {
  let head = Buffer.alloc(0)
  for (;;) {
    const chunk: unknown = stdout.read()
    if (chunk instanceof Uint8Array) head = Buffer.concat([head, chunk])
    const line = head.indexOf('\n')
    if (line >= 0) {
      const device = head.toString('latin1', 0, line).trim()
      if (!/^\/dev\/pts\/[0-9]+$/.test(device)) throw new Error(device)
      if (line + 1 < head.length) stdout.unshift(head.subarray(line + 1))
      return device
    }
    if (stdout.readableEnded || stdout.destroyed) throw new Error(head.toString('utf8') || 'it ended at once')
    await new Promise<void>((resolve) => {
      const done = (): void => {
        for (const name of ['readable', 'end', 'close']) stdout.off(name, done)
        resolve()
      }
      for (const name of ['readable', 'end', 'close']) stdout.on(name, done)
    })
  }
}

function follow({ sandbox, programs, child, exit, path }: Opened, request: TerminalRequest): Terminal {
  const root = readProcess(child.pid ?? 0)
  let isOver = false
  let closing: Promise<void> | null = null

  const exited = exit.then(
    (exitCode) => {
      isOver = true
      request.signal?.removeEventListener('abort', abort)
      // In a sandbox that has just ended, the exit code is of whatever killed it.
      return { exitCode: closing === null && isAlive(sandbox.init) ? exitCode : null }
    },
    () => ({ exitCode: null }),
  )
  const close = async (): Promise<void> => {
    if (root !== null) await endTree(root, CLOSE_GRACE_MS)
    child.stdout.destroy()
    await exited
  }
  function abort(): void {
    closing ??= close()
    closing.catch(() => undefined)
  }
  request.signal?.addEventListener('abort', abort, { once: true })
  if (request.signal?.aborted === true) abort()

  return {
    output: printed(child.stdout, exited),
    exited,
    async write(data) {
      if (isOver) throw isAlive(sandbox.init) ? programEnded() : failureOf(sandbox, 'the sandbox has ended', '')
      const written = new Promise<void>((resolve) => child.stdin.write(data, () => resolve()))
      // A program that ends does not take what is left; that is no failure.
      await Promise.race([written, exited])
    },
    async resize(columns, rows) {
      if (isOver) return
      const args = ['-F', path, 'columns', String(columns), 'rows', String(rows)]
      await runOnHost(programs.stty, args).catch((error: unknown) => {
        // Its number may be gone with the program, which has just ended.
        if (!isOver) throw toAppError(error)
      })
    },
    async close() {
      if (isOver && closing === null) return
      closing ??= close()
      await closing
    },
  }
}

async function* printed(stdout: Readable, exited: Terminal['exited']): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of stdout) if (chunk instanceof Uint8Array) yield chunk
  } catch (error) {
    // Closed by us while it was read.
    if (!stdout.destroyed) throw toAppError(error)
  }
  await exited
}

/** Where the command cannot start, its complaint would stand in the terminal and nowhere else. */
async function requireDirectory(sandbox: RunningSandbox, { cwd, identity }: InsideCommand): Promise<void> {
  const { code, output } = await runInside(sandbox, ['bash', '-c', 'cd -- "$1"', 'bash', cwd], identity)
  if (code !== 0) throw new AppError('invalid-input', `the terminal could not be started in ${cwd}: ${output}`)
}

function programEnded(): AppError {
  return new AppError('not-found', 'the program of this terminal has ended')
}

function noTerminal(): AppError {
  return new AppError(
    'unsupported',
    'the sandbox has no terminals here: script, stty or tty is missing on this machine',
    {
      details: { hint: 'install util-linux (script: bsdutils on Debian, util-linux-script on Fedora) and coreutils' },
    },
  )
}
