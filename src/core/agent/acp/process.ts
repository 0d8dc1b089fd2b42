import type { ExecResult } from '../../environment/backend.ts'
import type { AgentContext } from '../agent.ts'
import type { Account } from './account.ts'
import type { Pipe } from './pipe.ts'

/** The agent's program while it runs. */
export interface AcpProcess {
  /**
   * Closes its standard input, which tells an agent that it is done, and ends it where it stays. Throws what the exec
   * threw: the environment may be gone.
   */
  end(): Promise<ProcessEnd>
}

export interface ProcessEnd {
  readonly exitCode: number | null
  /** It ended before it was told to. */
  readonly byItself: boolean
}

/** How long an agent may take to answer a prompt that was cancelled. */
const CANCEL_MS = 3_000
/** How long it may take to end once its input is closed. */
const CLOSE_MS = 3_000

export function startProcess({
  command,
  env,
  context,
  pipe,
  account,
}: {
  readonly command: string
  readonly env: Readonly<Record<string, string>>
  readonly context: AgentContext
  readonly pipe: Pipe
  readonly account: Pick<Account, 'stderr' | 'drained'>
}): AcpProcess {
  const stop = new AbortController()
  const timers: ReturnType<typeof setTimeout>[] = []
  const stopAfter = (ms: number): void => void timers.push(setTimeout(() => stop.abort(), ms))
  // The prompt is cancelled by the protocol first: its answer may still come.
  const onAbort = (): void => stopAfter(CANCEL_MS)
  if (context.signal.aborted) stop.abort()
  else context.signal.addEventListener('abort', onAbort, { once: true })
  let isOver = false
  const exited: Promise<ExecResult> = context
    .exec({
      purpose: 'agent',
      command,
      env: { ...context.env, ...env },
      stdin: pipe.stdin,
      signal: stop.signal,
      show: false,
      async onOutput({ stream, data }) {
        if (stream === 'stdout') pipe.push(data)
        else account.stderr(data)
        await account.drained()
      },
    })
    .finally(() => {
      isOver = true
      context.signal.removeEventListener('abort', onAbort)
      pipe.close()
    })
  // Its failure is told by `end`.
  exited.catch(() => undefined)
  return {
    async end() {
      const byItself = isOver
      pipe.endInput()
      if (context.signal.aborted) stop.abort()
      else stopAfter(CLOSE_MS)
      try {
        const { exitCode } = await exited
        return { exitCode, byItself }
      } finally {
        for (const timer of timers) clearTimeout(timer)
      }
    },
  }
}
