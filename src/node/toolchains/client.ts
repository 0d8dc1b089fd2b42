import { spawn } from 'node:child_process'
import { access, constants } from 'node:fs/promises'
import { delimiter, dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { AppError, type ErrorCode } from '../../contract/errors.ts'
import { tellingLine } from '../../core/text/telling-line.ts'

export type Env = Readonly<Record<string, string | undefined>>

/** A package client of this host: how it is called. */
export interface Client {
  readonly name: string
  readonly command: readonly [string, ...string[]]
  readonly env: Env
}

export interface ClientCall {
  readonly args: readonly string[]
  /** A folder of ours: settings of a project that we happen to run in are not meant. */
  readonly cwd: string
  /** What it does, completing "npm could not …". */
  readonly doing: string
  readonly signal: AbortSignal
  readonly onProgress?: (line: string) => void
}

/**
 * Runs a package client and returns what it printed. Its error stream goes to `onProgress`, line by line. Codes: not-found,
 * disconnected (the registry does not answer), storage-full, unsupported, cancelled, internal for what is not known.
 */
export async function callClient(client: Client, call: ClientCall): Promise<string> {
  if (call.signal.aborted) throw new AppError('cancelled', 'Cancelled.')
  const [program, ...first] = client.command
  const child = spawn(program, [...first, ...call.args], {
    cwd: call.cwd,
    env: client.env,
    stdio: ['ignore', 'pipe', 'pipe'],
    signal: call.signal,
    killSignal: 'SIGKILL',
    windowsHide: true,
  })
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  const complaints: string[] = []
  const told = readLines(child.stderr, (line) => {
    complaints.push(line)
    if (complaints.length > MAX_COMPLAINTS) complaints.shift()
    call.onProgress?.(line)
  })
  try {
    const [code, text] = await Promise.all([ended, readText(child.stdout), told])
    if (code === 0) return text
  } catch (thrown) {
    if (call.signal.aborted) throw new AppError('cancelled', 'Cancelled.', { cause: thrown })
    throw new AppError('unsupported', `${client.name} could not be run: ${String(thrown)}`, { cause: thrown })
  }
  if (call.signal.aborted) throw new AppError('cancelled', 'Cancelled.')
  throw toClientError(`${client.name} could not ${call.doing}`, complaints)
}

/** The error of a client by what it complained of: the words of npm, pip and uv. */
function toClientError(message: string, complaints: readonly string[]): AppError {
  const log = complaints.join('\n')
  const code = MEANINGS.find(([pattern]) => pattern.test(log))?.[1] ?? 'internal'
  return new AppError(code, `${message}: ${tellingLine(complaints) ?? 'it gave no reason'}`, { details: { log } })
}

const MEANINGS: readonly (readonly [RegExp, ErrorCode])[] = [
  [/\bENOSPC\b|No space left on device/i, 'storage-full'],
  // Before "not found": pip says both when it could not ask.
  [
    /\b(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ERR_SOCKET_TIMEOUT|UNABLE_TO_\w+|CERT_\w+|SELF_SIGNED_\w+)\b|NewConnectionError|NameResolutionError|ConnectTimeoutError|CERTIFICATE_VERIFY_FAILED|client error \(Connect\)|error sending request/i,
    'disconnected',
  ],
  [/\bEBADPLATFORM\b/, 'unsupported'],
  [
    /\b(E404|ETARGET|ENOVERSIONS)\b|No matching distribution found|No solution found|was not found in the package registry/i,
    'not-found',
  ],
]

const MAX_COMPLAINTS = 100

async function readLines(stream: NodeJS.ReadableStream, onLine: (line: string) => void): Promise<void> {
  for await (const line of createInterface({ input: stream })) onLine(line)
}

async function readText(stream: NodeJS.ReadableStream): Promise<string> {
  let text = ''
  for await (const chunk of stream) text += String(chunk)
  return text
}

/** The first of these programs in the given folders or on PATH; null: none. */
export async function findProgram(
  names: readonly string[],
  env: Env,
  before: readonly string[] = [],
): Promise<string | null> {
  const path = (env['PATH'] ?? env['Path'] ?? '').split(delimiter).filter((folder) => folder !== '')
  for (const folder of [...before, ...path, ...USUAL_FOLDERS]) {
    for (const name of names) {
      const file = join(folder, name)
      if (await isRunnable(file)) return file
    }
  }
  return null
}

/** An app of macOS that was not started from a shell sees none of them on its PATH. */
const USUAL_FOLDERS = process.platform === 'darwin' ? ['/usr/local/bin', '/opt/homebrew/bin'] : []

async function isRunnable(file: string): Promise<boolean> {
  return access(file, constants.X_OK).then(
    () => true,
    () => false,
  )
}

/** The variables of a program that looks for its neighbours on PATH. */
export function besideOf(program: string, env: Env): Env {
  return { ...env, PATH: [dirname(program), env['PATH'] ?? env['Path'] ?? ''].join(delimiter) }
}
