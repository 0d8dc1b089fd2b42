import { randomUUID } from 'node:crypto'
import { AppError } from '../../contract/errors.ts'
import type { ReceivedOf } from '../../contract/api/api.ts'
import type { TerminalInfo } from '../../contract/api/terminals.ts'
import type { Container } from '../../core/environment/backend.ts'
import { createEnvironments, type KnownEnvironment, noteTrial } from '../terminals/environments.ts'
import { createExplorer, type ExploreDeps } from '../terminals/explore.ts'
import { createTerminalSession, type TerminalSession } from '../terminals/terminal-session.ts'
import type { JobSignal } from './own-jobs.ts'
import type { Area, ProceduresOf, TopicsOf } from './ports.ts'

/** Each holds up to a MiB. */
const MOST_TERMINALS = 64

export type TerminalApiDeps = Omit<ExploreDeps, 'environments'>

export interface TerminalApi extends Area<
  ProceduresOf<'environments' | 'terminals'>,
  TopicsOf<'environments' | 'terminal'>
> {
  /** To be told what happens in own jobs, so that the environments of their trials can be entered. */
  onSignal(signal: JobSignal): void
  /** Closes all terminals and removes the environments that were started here. */
  dispose(): Promise<void>
}

/** Terminals into running environments. */
export function createTerminalApi(deps: TerminalApiDeps): TerminalApi {
  const terminals = new Map<string, TerminalSession>()
  const opening = new Set<AbortController>()
  const environments = createEnvironments((environmentId) => {
    // The programs end with their environment; what they printed stays until the terminal is closed.
    for (const session of terminals.values()) {
      if (session.info().environmentId === environmentId) session.close().catch(() => undefined)
    }
  })
  const explorer = createExplorer({ ...deps, environments })

  function sessionOf(terminalId: string): TerminalSession {
    const session = terminals.get(terminalId)
    if (session === undefined) throw new AppError('not-found', 'there is no such terminal: it was closed')
    return session
  }

  async function open(input: ReceivedOf<'terminals.open'>, signal: AbortSignal): Promise<TerminalInfo> {
    const { environmentId, assisted, user, columns, rows } = input
    if (terminals.size + opening.size >= MOST_TERMINALS) {
      throw new AppError('busy', `${MOST_TERMINALS} terminals are open already`, { details: { hint: 'close some' } })
    }
    const { environment, container } = enter(environments.get(environmentId), assisted)
    // Of the opening alone: the terminal outlives the call, and the page that asked for it.
    const cancel = new AbortController()
    const giveUp = (): void => cancel.abort()
    signal.addEventListener('abort', giveUp, { once: true })
    opening.add(cancel)
    try {
      const terminal = await container.attachTerminal({
        columns,
        rows,
        ...(user === null ? {} : { user }),
        signal: cancel.signal,
      })
      const terminalId = randomUUID()
      const title = user === null ? environment.info.taskName : `${user}@${environment.info.taskName}`
      const session = createTerminalSession(terminal, { terminalId, environmentId, title, readOnly: false })
      terminals.set(terminalId, session)
      // It may have gone meanwhile; then this one was not among those that were closed.
      if (environments.get(environmentId) === undefined) session.close().catch(() => undefined)
      return session.info()
    } finally {
      signal.removeEventListener('abort', giveUp)
      opening.delete(cancel)
    }
  }

  return {
    handlers: {
      'environments.start': async ({ directory, backend }) => ({
        environmentId: await explorer.start(directory, backend),
      }),
      async 'environments.stop'({ environmentId }) {
        await explorer.stop(environmentId)
        return {}
      },
      'terminals.open': async (input, { signal }) => open(input, signal),
      'terminals.list': async () => [...terminals.values()].map((session) => session.info()),
      async 'terminals.write'({ terminalId, data }) {
        await sessionOf(terminalId).write(data)
        return {}
      },
      async 'terminals.resize'({ terminalId, columns, rows }) {
        await sessionOf(terminalId).resize(columns, rows)
        return {}
      },
      async 'terminals.close'({ terminalId }) {
        await sessionOf(terminalId).close()
        terminals.delete(terminalId)
        return {}
      },
    },
    sources: {
      'environments.changes': (_params, { signal }) => environments.changes(signal),
      'terminal.output': ({ terminalId, fromByte }, { signal }) => sessionOf(terminalId).output(fromByte, signal),
    },
    onSignal(signal) {
      if (signal.kind === 'trial' || signal.kind === 'environment') noteTrial(environments, signal)
    },
    async dispose() {
      for (const cancel of opening) cancel.abort()
      await Promise.allSettled([...terminals.values()].map(async (session) => session.close()))
      terminals.clear()
      await explorer.dispose()
    },
  }
}

/** The container to type into. A trial is marked before anybody can. */
function enter(
  environment: KnownEnvironment | undefined,
  assisted: boolean,
): { readonly environment: KnownEnvironment; readonly container: Container } {
  if (environment === undefined) throw new AppError('not-found', 'there is no such environment: it has ended')
  const { container, assist, info } = environment
  if (container === null) {
    throw new AppError('busy', `the environment of ${info.taskName} is not running: ${info.message ?? info.state}`)
  }
  if (assist !== null && !assisted) {
    throw new AppError('invalid-input', `a trial of ${info.taskName} runs there: typing into it is assistance`, {
      details: { hint: 'agree that the trial is marked as assisted for good, or watch its output' },
    })
  }
  assist?.()
  return { environment, container }
}
