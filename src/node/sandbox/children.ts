import { type ChildProcess, spawn } from 'node:child_process'
import { constants } from 'node:os'
import type { Readable } from 'node:stream'
import { AppError } from '../../contract/errors.ts'
import { SYSTEM_PATH } from './programs.ts'

/** How a child process ended, as a shell would put it: 128 + the signal's number where a signal ended it. */
export type ExitCode = number

/** Listens from the start, so that no ending is missed. Rejects where the program could not be started. */
export async function exitCodeOf(child: ChildProcess): Promise<ExitCode> {
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code, signal) => {
      resolve(toExitCode(code, signal))
    })
  })
}

/** How it ended, once its streams are closed, too; 127 where it could not be started. */
export async function closeCodeOf(child: ChildProcess): Promise<ExitCode> {
  return new Promise((resolve) => {
    child.once('error', () => {
      resolve(127)
    })
    child.once('close', (code, signal) => {
      resolve(toExitCode(code, signal))
    })
  })
}

function toExitCode(code: number | null, signal: NodeJS.Signals | null): ExitCode {
  return code ?? 128 + (signal === null ? 0 : constants.signals[signal])
}

/**
 * Runs one of the host's programs to its end, in a session of its own, so that a Ctrl-C in the terminal does not end it half
 * way. Rejects with its complaint when it fails.
 */
export async function runOnHost(program: string, args: readonly string[]): Promise<void> {
  const env = { PATH: SYSTEM_PATH, LC_ALL: 'C' }
  const child = spawn(program, args, { cwd: '/', env, stdio: ['ignore', 'ignore', 'pipe'], detached: true })
  const complaint = keepText(child.stderr)
  const code = await closeCodeOf(child)
  if (code !== 0) throw new Error(`${program} failed with exit code ${code}: ${complaint()}`)
}

/** The first characters of a stream as they come in; the rest is read and dropped, so that nobody waits on a full pipe. */
export function keepText(stream: Readable, maxCharacters = 4000): () => string {
  let text = ''
  stream.setEncoding('utf8')
  stream.on('data', (chunk: string) => {
    if (text.length < maxCharacters) text += chunk.slice(0, maxCharacters - text.length)
  })
  stream.on('error', () => undefined)
  return () => text.trim()
}

/** Resolves when the child has printed its first byte; rejects with its complaint when it ends before, or on abort. */
export async function untilReady(
  child: ChildProcess & { readonly stdout: Readable; readonly stderr: Readable },
  signal?: AbortSignal,
): Promise<void> {
  const complaint = keepText(child.stderr)
  return new Promise((resolve, reject) => {
    const cancel = (): void => {
      fail(new AppError('cancelled', 'cancelled while the sandbox was starting'))
    }
    const fail = (error: Error): void => {
      signal?.removeEventListener('abort', cancel)
      reject(error)
    }
    signal?.addEventListener('abort', cancel, { once: true })
    child.stdout.once('data', () => {
      signal?.removeEventListener('abort', cancel)
      resolve()
    })
    child.once('error', fail)
    child.once('close', (code, killer) => {
      fail(new Error(complaint() || `it ended at once (${killer ?? code ?? 'no code'})`))
    })
    if (signal?.aborted === true) cancel()
  })
}
