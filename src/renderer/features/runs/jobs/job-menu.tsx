import { Ellipsis } from 'lucide-react'
import type { JobSummary } from '../../../../contract/api/jobs.ts'
import { host } from '../../../client/open-host.ts'
import { IconButton } from '../../../components/controls.tsx'
import { useJobActions } from '../../../components/job-actions.ts'
import { Menu, type MenuItem } from '../../../components/menu.tsx'
import { useIsStopping } from '../../../stores/stopping.ts'
import { hasFailed, isResumable } from '../job/job-facts.ts'

/** What can be done with one job of the list. */
export function JobMenu({ job }: { readonly job: JobSummary }) {
  const actions = useJobActions()
  const stopping = useIsStopping(job.jobName)
  const { jobName, state } = job
  const items: readonly (MenuItem & { readonly when: boolean })[] = [
    { label: stopping ? 'Force stop' : 'Stop', when: state === 'running', onSelect: () => void actions.stop(job) },
    { label: 'Resume', when: isResumable(job), onSelect: () => void actions.resume(jobName) },
    { label: 'Retry failed', when: hasFailed(job), onSelect: () => void actions.retryFailed(jobName) },
    {
      label: host.can.reveal ? 'Open folder' : 'Copy path of folder',
      when: true,
      onSelect: () => void actions.openFolder(jobName),
    },
    { label: 'Delete', when: state !== 'running', danger: true, onSelect: () => void actions.deleteJobs([job]) },
  ]
  return (
    <Menu
      trigger={
        <IconButton
          label={`Actions for ${jobName}`}
          className="-m-1"
          onDoubleClick={(event) => event.stopPropagation()}
        >
          <Ellipsis size={14} />
        </IconButton>
      }
      items={items.filter(({ when }) => when)}
    />
  )
}
