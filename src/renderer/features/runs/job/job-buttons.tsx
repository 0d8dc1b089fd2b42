import { Ellipsis } from 'lucide-react'
import type { JobSummary } from '../../../../contract/api/jobs.ts'
import { useActions, type Action } from '../../../app/actions.ts'
import { usePaneShown } from '../../../app/pane-shown.ts'
import { navigate } from '../../../app/router.ts'
import { host } from '../../../client/open-host.ts'
import { toComparePath } from '../../../components/compare-path.ts'
import { Button, IconButton } from '../../../components/controls.tsx'
import { useJobActions } from '../../../components/job-actions.ts'
import { Menu } from '../../../components/menu.tsx'
import { useIsStopping } from '../../../stores/stopping.ts'
import { hasFailed, isResumable } from './job-facts.ts'

interface JobAction {
  readonly id: string
  readonly label: string
  readonly when: boolean
  /** Beside the title; the others are in the menu. */
  readonly first: boolean
  readonly danger?: boolean
  readonly run: () => void
}

/** What can be done with the job of the screen: as buttons, and from the palette. */
export function JobButtons({ job }: { readonly job: JobSummary }) {
  const shown = usePaneShown()
  const actions = useActionsOf(job).filter(({ when }) => when)
  useActions(
    actions.map(({ id, label, run }): Action => {
      return { id: `job-do-${id}`, group: 'Runs', title: `${label}: ${job.jobName}`, run }
    }),
    shown,
  )
  return (
    <>
      {actions
        .filter(({ first }) => first)
        .map(({ id, label, danger, run }) => (
          <Button key={id} tone={danger === true ? 'danger' : 'plain'} onClick={run}>
            {label}
          </Button>
        ))}
      <Menu
        trigger={
          <IconButton label="More actions">
            <Ellipsis size={16} />
          </IconButton>
        }
        items={actions
          .filter(({ first }) => !first)
          .map(({ label, danger, run }) => ({ label, danger: danger === true, onSelect: run }))}
      />
    </>
  )
}

function useActionsOf(job: JobSummary): readonly JobAction[] {
  const actions = useJobActions()
  const stopping = useIsStopping(job.jobName)
  const { jobName, state } = job
  const remove = async (): Promise<void> => {
    if (await actions.deleteJobs([job])) navigate('/runs')
  }
  return [
    {
      id: 'stop',
      label: stopping ? 'Force stop' : 'Stop',
      when: state === 'running',
      first: true,
      danger: stopping,
      run: () => void actions.stop(job),
    },
    { id: 'resume', label: 'Resume', when: isResumable(job), first: true, run: () => void actions.resume(jobName) },
    {
      id: 'retry',
      label: 'Retry failed',
      when: hasFailed(job),
      first: true,
      run: () => void actions.retryFailed(jobName),
    },
    {
      id: 'compare',
      label: 'Compare with…',
      when: true,
      first: true,
      run: () => navigate(toComparePath([{ jobName, agent: null, model: null }])),
    },
    {
      id: 'folder',
      label: host.can.reveal ? 'Open folder' : 'Copy path of folder',
      when: true,
      first: false,
      run: () => void actions.openFolder(jobName),
    },
    { id: 'delete', label: 'Delete', when: state !== 'running', first: false, danger: true, run: () => void remove() },
  ]
}
