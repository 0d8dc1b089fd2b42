import { useState } from 'react'
import type { Setting } from '../../contract/api/settings.ts'
import { useActions } from '../app/actions.ts'
import { navigate, paths } from '../app/router.ts'
import { host } from '../client/open-host.ts'
import { useAct, useCall } from '../client/queries.ts'
import { Button } from '../components/controls.tsx'
import { Dialog } from '../components/dialog.tsx'
import { ErrorState, Skeleton } from '../components/states.tsx'
import { Keys } from '../components/text.tsx'
import { notify, notifyError } from '../stores/notices.ts'
import { closeRunDialog, useRunDraft, type RunDraft } from '../stores/run-dialog.ts'
import { useSettings } from '../stores/settings.ts'
import { whyNot } from './describe-outlook.ts'
import { HowSection } from './how-section.tsx'
import type { SettingOf } from './form.ts'
import type { FormSources } from './new-form.ts'
import { Outlook } from './outlook.tsx'
import { remember } from './remembered.ts'
import { useRunForm, type RunDialogState } from './use-run-form.ts'
import { WhatSection } from './what-section.tsx'
import { WhoSection } from './who-section.tsx'

/** Sets up a run and starts it. */
export function RunDialog() {
  const draft = useRunDraft()
  const settings = useSettings()
  const { data: known, error, refetch } = useCall('agents.list', {})
  if (draft === null) return null
  if (settings === null || known === undefined) {
    return (
      <Dialog open onClose={closeRunDialog} title="New run" width={960}>
        {known === undefined && error !== null ? (
          <ErrorState error={error} retry={() => void refetch()} />
        ) : (
          <Skeleton rows={10} />
        )}
      </Dialog>
    )
  }
  const find = (key: string): Setting | undefined => settings.settings.find((setting) => setting.key === key)
  const settingOf: SettingOf = (key) => find(key)?.value
  const isFromEnvironment = (key: string): boolean => find(key)?.source === 'environment'
  return <Form draft={draft} settingOf={settingOf} isFromEnvironment={isFromEnvironment} known={known} />
}

function Form({ draft, ...from }: { readonly draft: RunDraft } & Omit<FormSources, 'remembered'>) {
  const state = useRunForm(draft, from)
  const [confirmed, setConfirmed] = useState(false)
  const start = useAct('jobs.start', ['jobs', 'stats'])
  const obstacle = obstacleOf(state, confirmed)
  const run = (): void => {
    const { config } = state.checked
    if (config === null || obstacle !== null || start.isPending) return
    host.prepareToNotify()
    start.mutate(
      { config, backend: state.form.backend, confirmed },
      {
        onSuccess: ({ jobName }) => {
          remember(state.form, state.listing?.path ?? null, from.settingOf)
          closeRunDialog()
          notify(`Started ${jobName}`)
          navigate(paths.job(jobName))
        },
        onError: notifyError,
      },
    )
  }
  useActions([
    { id: 'run-start', group: 'Run dialog', title: 'Start the run', keys: 'mod+enter', everywhere: true, run },
  ])
  return (
    <Dialog
      open
      onClose={closeRunDialog}
      title={draft.config === null ? 'New run' : 'Run again'}
      width={960}
      footer={
        <>
          <span className="min-w-0 truncate text-dim">{obstacle === null ? '' : `Not yet: ${obstacle}`}</span>
          <span className="ml-auto">
            <Keys keys="mod+enter" />
          </span>
          <Button onClick={closeRunDialog}>Cancel</Button>
          <Button tone="primary" disabled={obstacle !== null} busy={start.isPending} onClick={run}>
            {toLabel(state)}
          </Button>
        </>
      }
    >
      <div className="grid grid-cols-[minmax(0,1fr)_320px] gap-6">
        <div className="min-w-0">
          <WhatSection state={state} />
          <WhoSection state={state} />
          <HowSection state={state} />
        </div>
        <div className="border-l border-line pl-6">
          <div className="sticky top-0">
            <Outlook state={state} confirmed={confirmed} onConfirm={setConfirmed} />
          </div>
        </div>
      </div>
    </Dialog>
  )
}

function toLabel({ prepared }: RunDialogState): string {
  const count = prepared?.trials.length ?? 0
  return count === 0 ? 'Start' : `Start ${count === 1 ? '1 trial' : `${count} trials`}`
}

/** Why it cannot be started now; null: it can. */
function obstacleOf(
  { checked, prepared, prepareError, isStale, form }: RunDialogState,
  confirmed: boolean,
): string | null {
  if (form.source.kind === 'dataset' && form.source.taskNames?.length === 0) return 'no task is chosen'
  if (checked.byField.size > 0 || checked.others.length > 0) return 'a field is wrong'
  if (prepareError !== null) return prepareError.message
  if (prepared === null || isStale) return 'what it would do is being worked out'
  if (!confirmed && prepared.hostVariables.some(({ isSet }) => isSet)) return 'confirm the variables of this host'
  return whyNot(prepared)
}
