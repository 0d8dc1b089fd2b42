import type { Duplex } from 'node:stream'
import { answered, LOOKUP_MS, WORK_MS } from './deadline.ts'
import type { Engine } from './engine.ts'
import { toEngineError } from './translate.ts'

/** The container in which commands run. */
export interface ExecHost {
  readonly engine: Engine
  readonly containerId: string
  /** Capabilities were dropped: root needs them back to signal the processes of others. */
  readonly capabilitiesDropped: boolean
}

export interface ExecOptions {
  readonly command: readonly string[]
  readonly cwd?: string | undefined
  readonly env?: Readonly<Record<string, string>> | undefined
  readonly user?: string | number | undefined
  readonly stdin: boolean
  readonly privileged?: boolean
}

/** A command that the engine was told to run. */
export interface ExecSession {
  /** Its output in frames; what is written is its standard input. */
  readonly stream: Duplex
  status(): Promise<ExecOutcome>
}

export interface ExecOutcome {
  readonly running: boolean
  readonly exitCode: number | null
}

/** Starts a command. Rejects with environment-gone; every other refusal of the engine is thrown as it came. */
export async function openExec(host: ExecHost, options: ExecOptions): Promise<ExecSession> {
  const { docker } = host.engine
  const exec = await answered(WORK_MS, async (abortSignal) =>
    await docker.getContainer(host.containerId).exec({
      Cmd: [...options.command],
      AttachStdin: options.stdin,
      AttachStdout: true,
      AttachStderr: true,
      Tty: false,
      Env: Object.entries(options.env ?? {}).map(([name, value]) => `${name}=${value}`),
      ...(options.cwd === undefined ? {} : { WorkingDir: options.cwd }),
      ...(options.user === undefined ? {} : { User: String(options.user) }),
      ...(options.privileged === true ? { Privileged: true } : {}),
      abortSignal,
    }),
  )
  const stream = await answered(WORK_MS, async (abortSignal) =>
    await exec.start({ hijack: true, stdin: options.stdin, Detach: false, Tty: false, abortSignal }),
  )
  return {
    stream,
    async status() {
      const told = await answered(LOOKUP_MS, async (abortSignal) => await exec.inspect({ abortSignal }))
      return { running: told.Running, exitCode: told.Running ? null : told.ExitCode }
    },
  }
}

/** What became of a failed exec call, once it is known that the command cannot be followed any more. */
export function toExecError(error: unknown) {
  return toEngineError(error, { doing: 'run a command in the environment', code: 'internal', unreachable: 'environment-gone' })
}

