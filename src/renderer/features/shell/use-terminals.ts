import { useQueryClient } from '@tanstack/react-query'
import type { OpenEnvironment, TerminalInfo } from '../../../contract/api/terminals.ts'
import { call } from '../../client/client.ts'
import { invalidate, useCall } from '../../client/queries.ts'
import { confirm } from '../../components/dialog.tsx'
import { notifyError } from '../../stores/notices.ts'

/** The open terminals. They are the engine's and survive a reload of the page. */
export function useTerminals(): {
  readonly terminals: readonly TerminalInfo[]
  /** Null: the user thought better of it, or it failed and was told. */
  readonly open: (environment: OpenEnvironment) => Promise<TerminalInfo | null>
  /** The environment that it was the last one of is removed, too, where the user wants that. */
  readonly close: (terminal: TerminalInfo, environments: readonly OpenEnvironment[]) => Promise<void>
} {
  const queries = useQueryClient()
  const { data: terminals = [] } = useCall('terminals.list', {})
  const changed = async (): Promise<void> => invalidate(queries, ['terminals.list'])
  return {
    terminals,
    async open(environment) {
      if (!(await mayType(environment))) return null
      try {
        const terminal = await call('terminals.open', {
          environmentId: environment.environmentId,
          assisted: environment.trial !== null,
          columns: 100,
          rows: 30,
        })
        await changed()
        return terminal
      } catch (error) {
        notifyError(error)
        return null
      }
    },
    async close({ terminalId, environmentId }, environments) {
      await call('terminals.close', { terminalId }).catch(notifyError)
      await changed()
      const left = environments.find((one) => one.environmentId === environmentId)
      const isLast = !terminals.some((one) => one.environmentId === environmentId && one.terminalId !== terminalId)
      if (left?.trial === null && isLast) await askToRemove(left)
    },
  }
}

async function askToRemove({ environmentId, taskName }: OpenEnvironment): Promise<void> {
  const yes = await confirm({
    title: 'Remove the environment too?',
    text: `This was the last terminal in the environment of ${taskName}. Removed, what was changed there is lost; kept, it stands in the list until it is removed there, or the engine ends.`,
    action: 'Remove',
    danger: true,
  })
  if (yes) await call('environments.stop', { environmentId }).catch(notifyError)
}

/** Typing into a trial that is scored changes what its verdict means: asked once. */
async function mayType({ trial, assisted }: OpenEnvironment): Promise<boolean> {
  if (trial === null || assisted) return true
  return confirm({
    title: 'Open a terminal in a scored trial?',
    text: `${trial.trialName} will be marked as assisted for good, in its files and in every list. To watch without a mark, open its output instead.`,
    action: 'Open and mark as assisted',
    danger: true,
  })
}
