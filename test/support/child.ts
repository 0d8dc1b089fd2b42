import { spawn, type ChildProcess } from 'node:child_process'
import { join } from 'node:path'
import { plainEnv, projectRoot } from './engine.ts'

/** The command as users run it; `npm test` builds it. */
export const CLI = join(projectRoot, 'dist', 'cli.js')

/** A process of ours that a test started: it has a process group of its own and never outlives the test. */
export interface Child extends AsyncDisposable {
  readonly pid: number
  readonly process: ChildProcess
  /** What it printed so far. */
  readonly stdout: () => string
  readonly stderr: () => string
  /** To the whole group, as a terminal does it. */
  signal(name: NodeJS.Signals): void
  /** Resolves when the output matches, rejects where it ends before. */
  until(pattern: RegExp): Promise<void>
  readonly ended: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>
}

export interface ChildOptions {
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string | undefined>>
}

/** Starts Node on a script with arguments. */
export function startNode(args: readonly string[], options: ChildOptions = {}): Child {
  return start(process.execPath, ['--disable-warning=ExperimentalWarning', ...args], options)
}

export function startCli(args: readonly string[], options: ChildOptions = {}): Child {
  return startNode([CLI, ...args], options)
}

/** Runs the command to its end. */
export async function runCli(
  args: readonly string[],
  options: ChildOptions = {},
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  await using child = startCli(args, options)
  const { code } = await child.ended
  return { code, stdout: child.stdout(), stderr: child.stderr() }
}

export function start(command: string, args: readonly string[], { cwd, env = plainEnv }: ChildOptions = {}): Child {
  const child = spawn(command, args, {
    ...(cwd === undefined ? {} : { cwd }),
    env: { ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  })
  const printed = { stdout: '', stderr: '' }
  const listeners = new Set<() => void>()
  for (const name of ['stdout', 'stderr'] as const) {
    child[name]?.setEncoding('utf8').on('data', (text: string) => {
      printed[name] += text
      for (const listener of listeners) listener()
    })
  }
  const ended = new Promise<Awaited<Child['ended']>>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, signal) => {
      for (const listener of listeners) listener()
      resolve({ code, signal })
    })
  })
  const pid = child.pid
  if (pid === undefined) throw new Error(`${command} could not be started`)
  const hasEnded = (): boolean => child.exitCode !== null || child.signalCode !== null
  const signal = (name: NodeJS.Signals): void => {
    if (!hasEnded()) process.kill(-pid, name)
  }
  return {
    pid,
    process: child,
    stdout: () => printed.stdout,
    stderr: () => printed.stderr,
    signal,
    async until(pattern) {
      const matches = (): boolean => pattern.test(printed.stdout) || pattern.test(printed.stderr)
      await new Promise<void>((resolve, reject) => {
        const look = (): void => {
          if (!matches() && !hasEnded()) return
          listeners.delete(look)
          if (matches()) resolve()
          else
            reject(
              new Error(
                `it ended before it printed ${String(pattern)}:\n${tail(printed.stdout)}\n${tail(printed.stderr)}`,
              ),
            )
        }
        listeners.add(look)
        look()
      })
    },
    ended,
    async [Symbol.asyncDispose]() {
      signal('SIGKILL')
      // What it has started may live on in a session of its own and hold the pipes.
      child.stdout?.destroy()
      child.stderr?.destroy()
      await ended
    },
  }
}

function tail(text: string): string {
  return text.slice(-2000)
}
