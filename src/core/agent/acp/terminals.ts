import type { CreateTerminalRequest, TerminalExitStatus, TerminalOutputResponse } from '@agentclientprotocol/sdk'
import type { ExecResult } from '../../environment/backend.ts'
import type { AgentContext } from '../agent.ts'
import { createLastBytes } from './last-bytes.ts'

/** Commands that an agent lets its client run: in the container, as the agent's user. */
export interface Terminals {
  /** The new terminal's id; null: there are too many, or the run is over. */
  create(request: CreateTerminalRequest): string | null
  /** Null: there is no such terminal. */
  output(id: string): TerminalOutputResponse | null
  waitForExit(id: string): Promise<TerminalExitStatus> | null
  /** Ends the command with all that descends from it; null: there is no such terminal. */
  kill(id: string): Promise<TerminalExitStatus> | null
  /** Ends it and forgets it. */
  release(id: string): Promise<TerminalExitStatus> | null
  /** Ends all. */
  dispose(): Promise<void>
}

/** Kept of a terminal's output where the agent sets no limit, or a higher one. */
const MAX_BYTES = 1024 * 1024
/** At a time, and not released. */
const MAX_TERMINALS = 100

interface OpenTerminal {
  readonly output: ReturnType<typeof createLastBytes>
  readonly exited: Promise<TerminalExitStatus>
  readonly stop: AbortController
  status: TerminalExitStatus | null
}

export function createTerminals(context: Pick<AgentContext, 'exec' | 'env'>): Terminals {
  const open = new Map<string, OpenTerminal>()
  let count = 0
  let isOver = false
  async function run(
    request: CreateTerminalRequest,
    terminal: Omit<OpenTerminal, 'exited'>,
  ): Promise<TerminalExitStatus> {
    const status = await context
      .exec({
        purpose: 'agent terminal',
        command: toCommand(request),
        env: { ...context.env, ...Object.fromEntries((request.env ?? []).map(({ name, value }) => [name, value])) },
        signal: terminal.stop.signal,
        show: false,
        onOutput: ({ data }) => terminal.output.push(data),
        ...(typeof request.cwd === 'string' ? { cwd: request.cwd } : {}),
      })
      .then(toStatus, (thrown: unknown) => {
        // The environment is gone: the agent's own command tells of it.
        terminal.output.push(new TextEncoder().encode(String(thrown)))
        return { exitCode: null, signal: 'SIGKILL' }
      })
    terminal.status = status
    return status
  }
  const end = (terminal: OpenTerminal): Promise<TerminalExitStatus> => {
    terminal.stop.abort()
    return terminal.exited
  }
  return {
    create(request) {
      if (isOver || open.size >= MAX_TERMINALS) return null
      count += 1
      const id = `term_${count}`
      const limit = Math.min(request.outputByteLimit ?? MAX_BYTES, MAX_BYTES)
      const parts = { output: createLastBytes(limit), stop: new AbortController(), status: null }
      const terminal: OpenTerminal = Object.assign(parts, { exited: run(request, parts) })
      open.set(id, terminal)
      return id
    },
    output(id) {
      const terminal = open.get(id)
      if (terminal === undefined) return null
      const { output, status } = terminal
      return { output: output.text(), truncated: output.truncated, ...(status === null ? {} : { exitStatus: status }) }
    },
    waitForExit: (id) => open.get(id)?.exited ?? null,
    kill(id) {
      const terminal = open.get(id)
      return terminal === undefined ? null : end(terminal)
    },
    release(id) {
      const terminal = open.get(id)
      open.delete(id)
      return terminal === undefined ? null : end(terminal)
    },
    async dispose() {
      isOver = true
      await Promise.all([...open.values()].map(end))
      open.clear()
    },
  }
}

/** A program with its arguments. Agents that send a whole line of a shell as the program mean that. */
export function toCommand({
  command,
  args,
}: Pick<CreateTerminalRequest, 'command' | 'args'>): string | readonly string[] {
  const words = args ?? []
  return words.length === 0 && /\s/.test(command.trim()) ? command : [command, ...words]
}

function toStatus({ exitCode, cancelled, timedOut }: ExecResult): TerminalExitStatus {
  if (cancelled || timedOut) return { exitCode: null, signal: 'SIGTERM' }
  return { exitCode, signal: exitCode === null ? 'SIGKILL' : null }
}
