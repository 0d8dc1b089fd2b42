import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { AppError } from '../../contract/errors.ts'
import { limitTo } from './capabilities.ts'
import { closeCodeOf, keepText } from './children.ts'
import { BEGIN, ENTER, ENV_PREFIX } from './enter-script.ts'
import type { IdMapping } from './id-mapping.ts'
import { isAlive, type ProcessIdentity } from './process-table.ts'
import type { Programs } from './programs.ts'

/** A sandbox whose first process runs, as its commands and archives need it. */
export interface RunningSandbox {
  readonly programs: Programs
  readonly mapping: IdMapping
  readonly init: ProcessIdentity
  readonly namespaces: Namespaces
  /** cgroup.procs files that commands join. */
  readonly cgroupFiles: readonly string[]
}

/** Who a command is; ids are those inside. */
export interface CommandIdentity {
  readonly uid: number
  readonly gid: number
  readonly capabilities: readonly string[]
}

export interface InsideCommand {
  readonly argv: readonly string[]
  readonly cwd: string
  readonly env: Readonly<Record<string, string>>
  readonly identity: CommandIdentity
  /** Paths of the pipes for output and errors; absent: the child's own streams. */
  readonly pipes?: { readonly out: string; readonly err: string; readonly hasInput: boolean }
}

/**
 * The program that starts a command in the sandbox. It becomes nsenter, whose only child is the command, and ends as the
 * command ends.
 */
export interface CommandLine {
  readonly program: string
  readonly args: readonly string[]
  readonly options: { readonly cwd: string; readonly env: Record<string, string>; readonly detached: true }
}

export function commandLine(sandbox: RunningSandbox, command: InsideCommand): CommandLine {
  const { programs, namespaces, mapping } = sandbox
  const { uid, gid, capabilities } = command.identity
  const user = uid === 0 && gid === 0 ? [] : ['--reuid', String(uid), '--regid', String(gid)]
  const groups = mapping.kind === 'self' ? [] : ['--clear-groups']
  const { pipes } = command
  const streams =
    pipes === undefined
      ? ['-']
      : [pipes.out, pipes.err, ...(pipes.hasInput ? [programs.cat, programs.chmod] : ['', ''])]
  const args = [
    ['--norc', '-c', ENTER, 'bash', ...sandbox.cgroupFiles, '--', ...streams],
    [programs.nsenter, ...namespaces.arguments, '--'],
    [programs.setpriv, ...limitTo(capabilities), ...user, ...groups, '--'],
    [programs.bash, '--norc', '-c', BEGIN, 'bash', command.cwd, ...command.argv],
  ].flat()
  // Of its own session, so that a Ctrl-C in the terminal does not reach it.
  return { program: programs.bash, args, options: { cwd: '/', env: prefixed(command.env), detached: true } }
}

function prefixed(env: Readonly<Record<string, string>>): Record<string, string> {
  for (const [name, value] of Object.entries(env)) {
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name) || value.includes('\0')) {
      throw new AppError('invalid-input', `the sandbox cannot set the environment variable ${JSON.stringify(name)}`, {
        details: { hint: 'names are letters, digits and underscores' },
      })
    }
  }
  return Object.fromEntries(Object.entries(env).map(([name, value]) => [ENV_PREFIX + name, value]))
}

export const DEFAULT_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

/** Starts one of our own commands inside, with its streams at the child. */
export function spawnInside(
  sandbox: RunningSandbox,
  argv: readonly string[],
  identity: CommandIdentity,
): ChildProcessWithoutNullStreams {
  const { program, args, options } = commandLine(sandbox, {
    argv,
    cwd: '/',
    env: { PATH: DEFAULT_PATH, LC_ALL: 'C' },
    identity,
  })
  const child = spawn(program, args, { ...options, stdio: 'pipe' })
  child.stdin.on('error', () => undefined)
  return child
}

/** Runs one of our own commands inside to its end and returns its exit code and output. */
export async function runInside(
  sandbox: RunningSandbox,
  argv: readonly string[],
  identity: CommandIdentity,
): Promise<{ code: number; output: string }> {
  const child = spawnInside(sandbox, argv, identity)
  child.stdin.end()
  const output = keepText(child.stdout, 1024 ** 2)
  const complaint = keepText(child.stderr)
  const code = await closeCodeOf(child)
  return { code, output: output() || complaint() }
}

/** Why something inside failed: the sandbox may just have ended. */
export function failureOf(sandbox: RunningSandbox, message: string, log: string): AppError {
  if (!isAlive(sandbox.init)) return new AppError('environment-gone', 'the sandbox has ended', { details: { log } })
  return new AppError('internal', log === '' ? message : `${message}: ${log}`, { details: { log } })
}

/**
 * Open files that stand for the namespaces. A number of a process could come to mean another one, in the host's
 * namespaces; these cannot.
 */
export interface Namespaces {
  /** Of nsenter. */
  readonly arguments: readonly string[]
  readonly close: () => void
}

export function openNamespaces(init: ProcessIdentity, mapping: IdMapping): Namespaces {
  const names = mapping.kind === 'none' ? NAMESPACES : (['user', ...NAMESPACES] as const)
  const opened: number[] = []
  const close = (): void => {
    for (const fd of opened.splice(0)) closeSync(fd)
  }
  try {
    const joins = names.map((name) => {
      const fd = openSync(`/proc/${init.pid}/ns/${name}`, 'r')
      opened.push(fd)
      return `--${name === 'mnt' ? 'mount' : name}=/proc/${process.pid}/fd/${fd}`
    })
    const identity = { none: [], range: ['--setuid', '0', '--setgid', '0'], self: ['--preserve-credentials'] }[
      mapping.kind
    ]
    return { arguments: [...joins, ...identity], close }
  } catch (error) {
    close()
    throw error
  }
}

const NAMESPACES = ['mnt', 'uts', 'ipc', 'net', 'pid'] as const
