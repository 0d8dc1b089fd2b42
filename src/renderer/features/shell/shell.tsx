import { Plus, X } from 'lucide-react'
import type { TrialRef } from '../../../contract/api/common.ts'
import type { OpenEnvironment, TerminalInfo } from '../../../contract/api/terminals.ts'
import { useActions } from '../../app/actions.ts'
import { usePaneShown } from '../../app/pane-shown.ts'
import { IconButton } from '../../components/controls.tsx'
import { PageHead } from '../../components/page.tsx'
import { plural } from '../../format/format.ts'
import { toVisible } from '../../format/visible.ts'
import { trialKey, useEnvironments } from '../../stores/live.ts'
import { notifyError } from '../../stores/notices.ts'
import { EnvironmentHead } from './environment-head.tsx'
import { EnvironmentList } from './environment-list.tsx'
import { TerminalView } from './terminal-view.tsx'
import { TrialOutput } from './trial-output.tsx'
import { useTerminals } from './use-terminals.ts'
import { useWatched } from './use-watched.ts'

/** Terminals into running environments, and read-only views of what trials print; several at once as tabs. */
export function Shell() {
  const shown = usePaneShown()
  const environments = useEnvironments()
  const { terminals, open, close } = useTerminals()
  const { watched, current, show, watch, close: closeOutput } = useWatched()
  const start = async (environment: OpenEnvironment): Promise<void> => {
    const terminal = await open(environment)
    if (terminal !== null) show(terminal.terminalId)
  }
  useActions([{ id: 'shell-list', group: 'Shell', title: 'Environments', run: () => show('') }], shown)
  const views: readonly View[] = [
    ...terminals.map((terminal) => ({ id: terminal.terminalId, title: terminal.title, terminal })),
    ...watched.map((one) => ({
      id: one.id,
      title: `${toVisible(one.taskName ?? one.trial.trialName)} output`,
      trial: one.trial,
    })),
  ]
  const remove = (view: View): void => {
    if (!('terminal' in view)) {
      closeOutput(view.id)
      return
    }
    close(view.terminal, environments).catch(notifyError)
    if (view.id === current) show('')
  }
  const running = environments.filter(({ state }) => state === 'running').length
  return (
    <>
      <PageHead
        title="Shell"
        answer={`${plural(running, 'environment')} running, ${plural(terminals.length, 'terminal')} open`}
      />
      <ViewTabs views={views} current={current} onShow={show} onClose={remove} />
      {views.some(({ id }) => id === current) ? null : (
        <EnvironmentList environments={environments} onOpen={start} onWatch={watch} />
      )}
      {views.map((view) => (
        <section
          key={view.id}
          hidden={view.id !== current}
          aria-label={view.title}
          className="flex min-h-0 flex-1 flex-col"
        >
          <EnvironmentHead
            environment={environmentOf(view, environments)}
            trial={'terminal' in view ? null : view.trial}
          />
          {'terminal' in view ? (
            <TerminalView terminal={view.terminal} shown={shown && view.id === current} />
          ) : (
            <TrialOutput trial={view.trial} shown={shown && view.id === current} />
          )}
        </section>
      ))}
    </>
  )
}

type View =
  | { readonly id: string; readonly title: string; readonly terminal: TerminalInfo }
  | { readonly id: string; readonly title: string; readonly trial: TrialRef }

function environmentOf(view: View, environments: readonly OpenEnvironment[]): OpenEnvironment | null {
  const isMeant = ({ environmentId, trial }: OpenEnvironment): boolean =>
    'terminal' in view
      ? environmentId === view.terminal.environmentId
      : trial !== null && trialKey(trial) === trialKey(view.trial)
  return environments.find(isMeant) ?? null
}

function ViewTabs({
  views,
  current,
  onShow,
  onClose,
}: {
  readonly views: readonly View[]
  readonly current: string
  readonly onShow: (id: string) => void
  readonly onClose: (view: View) => void
}) {
  if (views.length === 0) return null
  const isList = !views.some(({ id }) => id === current)
  return (
    <div className="flex shrink-0 items-center gap-1 overflow-x-auto border-b border-line px-(--page)">
      {views.map((view) => (
        <span
          key={view.id}
          className={`-mb-px flex h-8 items-center gap-1 border-b-2 ${view.id === current ? 'border-accent' : 'border-transparent text-dim'}`}
        >
          <button
            type="button"
            aria-pressed={view.id === current}
            onClick={() => onShow(view.id)}
            className="max-w-56 truncate px-1"
          >
            {view.title}
            {'terminal' in view && view.terminal.exited ? ' (ended)' : ''}
          </button>
          <IconButton label={`Close ${view.title}`} className="size-5" onClick={() => onClose(view)}>
            <X size={12} />
          </IconButton>
        </span>
      ))}
      <IconButton label="Environments" aria-pressed={isList} onClick={() => onShow('')}>
        <Plus size={14} />
      </IconButton>
    </div>
  )
}
