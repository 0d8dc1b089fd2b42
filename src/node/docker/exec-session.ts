import type { Duplex } from 'node:stream'
import { setTimeout as delay } from 'node:timers/promises'
import { environmentGone, inspectState } from './container-state.ts'
import { answered, LOOKUP_MS, WORK_MS } from './deadline.ts'
import type { Engine } from './engine.ts'
import { lookUp } from './patience.ts'
import { toEngineError } from './translate.ts'

/** The container in which commands run. */
export interface ExecHost {
  readonly engine: Engine
  readonly containerId: string
  /** Root may signal the processes of other users; not where its capability to do so was dropped. */
  readonly rootMaySignal: boolean
}

export interface ExecOptions {
  readonly command: readonly string[]
  readonly cwd?: string | undefined
  readonly env?: Readonly<Record<string, string>> | undefined
  readonly user?: string | number | undefined
  readonly stdin: boolean
  /** On a terminal of its own: the output then comes as it is, without frames. */
  readonly tty?: boolean
}

/** A command that the engine was told to run. */
export interface ExecSession {
  /** Its output in frames; what is written is its standard input. */
  readonly stream: Duplex
  /** Rejects with environment-gone where it can never start any more. */
  status(): Promise<ExecOutcome>
}

export interface ResizableSession extends ExecSession {
  /** Of its terminal, where it has one. */
  resize(columns: number, rows: number): Promise<void>
}

export interface ExecOutcome {
  readonly running: boolean
  /** Null while it runs, and before it starts: it has ended once there is one. */
  readonly exitCode: number | null
}

/** Starts a command. Rejects with environment-gone; every other refusal of the engine is thrown as it came. */
export async function openExec(host: ExecHost, options: ExecOptions): Promise<ResizableSession> {
  const { docker } = host.engine
  const exec = await answered(WORK_MS, async (abortSignal) =>
    docker.getContainer(host.containerId).exec({
      Cmd: [...options.command],
      AttachStdin: options.stdin,
      AttachStdout: true,
      AttachStderr: true,
      Tty: options.tty ?? false,
      Env: Object.entries(options.env ?? {}).map(([name, value]) => `${name}=${value}`),
      ...(options.cwd === undefined ? {} : { WorkingDir: options.cwd }),
      ...(options.user === undefined ? {} : { User: String(options.user) }),
      abortSignal,
    }),
  )
  const stream = await answered(WORK_MS, async (abortSignal) =>
    exec.start({ hijack: true, stdin: options.stdin, Detach: false, Tty: options.tty ?? false, abortSignal }),
  )
  // Who reads it is told of errors; one that comes after the reading has no reader and matters to nobody.
  stream.on('error', () => undefined)
  return {
    stream,
    async status() {
      const told = await lookUp(async (abortSignal) => exec.inspect({ abortSignal }))
      const isBeforeStart = !told.Running && told.ExitCode === null
      if (isBeforeStart) await assertNotEnded(host)
      return { running: told.Running, exitCode: told.Running ? null : told.ExitCode }
    },
    async resize(columns, rows) {
      await answered(LOOKUP_MS, async (abortSignal) => {
        await exec.resize({ w: columns, h: rows, abortSignal })
      })
    },
  }
}

/** A command that its container did not live to start stays before its start for ever. */
async function assertNotEnded({ engine, containerId }: ExecHost): Promise<void> {
  const state = await inspectState(engine, containerId)
  if (!state.running) throw environmentGone(state)
}

const FIRST_POLL_MS = 5
const LONGEST_POLL_MS = 1000

/**
 * Waits for the command's own end, for its stream ends when it closes its output, which may be long before; null when
 * `signal` aborts first.
 */
export async function exitCodeOf(session: ExecSession, signal: AbortSignal): Promise<number | null> {
  for (let pauseMs = FIRST_POLL_MS; !signal.aborted; pauseMs = Math.min(pauseMs * 2, LONGEST_POLL_MS)) {
    const { exitCode } = await session.status()
    if (exitCode !== null) return exitCode
    await delay(pauseMs, undefined, { signal }).catch(() => undefined)
  }
  return null
}

/** What became of a failed exec call, once it is known that the command cannot be followed any more. */
export function toExecError(error: unknown) {
  return toEngineError(error, {
    doing: 'run a command in the environment',
    code: 'internal',
    unreachable: 'environment-gone',
  })
}
