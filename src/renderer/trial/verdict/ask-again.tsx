import { useQueryClient } from '@tanstack/react-query'
import { GitCompareArrows, RotateCcw, SquareTerminal } from 'lucide-react'
import { useState } from 'react'
import { navigate, paths, toPath } from '../../app/router.ts'
import { call } from '../../client/client.ts'
import { invalidate } from '../../client/queries.ts'
import { Button } from '../../components/controls.tsx'
import { confirm } from '../../components/dialog.tsx'
import { startRerun } from '../../components/rerun.ts'
import { trialKey, useEnvironments } from '../../stores/live.ts'
import { notify, notifyError } from '../../stores/notices.ts'
import type { KnownTrial } from '../use-trial.ts'

/** What to do about a trial: run it again, hold it against one that passed, look into its environment. */
export function AskAgain({ known }: { readonly known: KnownTrial }) {
  const { passing } = known.detail
  return (
    <>
      <OpenShell known={known} />
      {passing === null ? null : (
        <Button
          onClick={() => navigate(paths.compareTrials(passing, known.ref))}
          title={`Step by step with ${passing.jobName}/${passing.trialName}`}
        >
          <GitCompareArrows size={14} aria-hidden /> Compare with one that passed
        </Button>
      )}
      <Rerun known={known} />
    </>
  )
}

function Rerun({ known: { ref, trial } }: { readonly known: KnownTrial }) {
  const queries = useQueryClient()
  const [busy, setBusy] = useState(false)
  if (trial.state !== 'finished') return null
  const start = async (): Promise<void> => {
    const yes = await confirm({
      title: 'Run this trial again?',
      text: `Starts a new job with one trial of ${trial.taskName} by ${trial.agent}${trial.model === null ? '' : ` with ${trial.model}`}. This one stays as it is.`,
      action: 'Run again',
    })
    if (!yes) return
    const [jobName] = (await startRerun(ref.jobName, [ref.trialName])) ?? []
    if (jobName === undefined) return
    await invalidate(queries, ['jobs', 'trials.query'])
    notify(`${jobName} has started`, { label: 'Open it', run: () => navigate(paths.job(jobName)) })
  }
  return (
    <Button
      busy={busy}
      onClick={() => {
        setBusy(true)
        start()
          .catch(notifyError)
          .finally(() => setBusy(false))
      }}
    >
      <RotateCcw size={14} aria-hidden /> Run again
    </Button>
  )
}

/** A terminal in the environment while it is there. Typing into a scored trial marks it, so it is asked first. */
function OpenShell({ known: { ref } }: { readonly known: KnownTrial }) {
  const queries = useQueryClient()
  const [busy, setBusy] = useState(false)
  const environment = useEnvironments().find(({ trial }) => trial !== null && trialKey(trial) === trialKey(ref))
  if (environment === undefined || environment.state !== 'running') return null
  const open = async (): Promise<void> => {
    const yes =
      environment.assisted ||
      (await confirm({
        title: 'Open a terminal in a scored trial?',
        text: `${ref.trialName} will be marked as assisted for good, in its files and in every list. To watch without a mark, stay on this screen.`,
        action: 'Open and mark as assisted',
        danger: true,
      }))
    if (!yes) return
    const { environmentId } = environment
    const { terminalId } = await call('terminals.open', { environmentId, assisted: true, columns: 100, rows: 30 })
    await invalidate(queries, ['terminals'])
    navigate(toPath({ tab: 'shell', parts: [], query: { view: terminalId } }))
  }
  return (
    <Button
      busy={busy}
      onClick={() => {
        setBusy(true)
        open()
          .catch(notifyError)
          .finally(() => setBusy(false))
      }}
    >
      <SquareTerminal size={14} aria-hidden /> Open a shell in it
    </Button>
  )
}
