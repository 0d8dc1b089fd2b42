import { ChevronDown } from 'lucide-react'
import { useActions, type Action } from '../../app/actions.ts'
import { usePaneShown } from '../../app/pane-shown.ts'
import { navigate } from '../../app/router.ts'
import { call } from '../../client/client.ts'
import { Button } from '../../components/controls.tsx'
import { useJobActions } from '../../components/job-actions.ts'
import { Menu } from '../../components/menu.tsx'
import { useJobs, useStatus } from '../../stores/live.ts'
import { notify, notifyError } from '../../stores/notices.ts'
import { openRunDialog } from '../../stores/run-dialog.ts'
import { lastFailed } from './last-failed.ts'
import { drawTask, type Backend } from './draw-task.ts'

/** What people come here to start. Nothing starts before the run dialog has said what it will be. */
export function QuickActions() {
  const shown = usePaneShown()
  const jobs = useJobs()
  const actions = useJobActions()
  const backend = useStatus()?.backend?.name ?? null
  const last = lastFailed(jobs)
  const offered = [
    { id: 'dashboard-one', title: 'Run one task', run: () => navigate('/tasks') },
    { id: 'dashboard-random', title: 'Run a random task', run: () => void runRandomTask(backend).catch(notifyError) },
    ...(last === undefined
      ? []
      : [
          {
            id: 'dashboard-rerun',
            title: `Rerun failures of ${last.jobName}`,
            run: () => void actions.retryFailed(last.jobName),
          },
        ]),
  ]
  const all: readonly Action[] = [
    { id: 'dashboard-full', title: 'Run the full benchmark', run: () => openRunDialog() },
    ...offered,
  ].map((action) => ({ ...action, group: 'Dashboard' }))
  useActions(all, shown)
  return (
    <>
      <Menu
        trigger={
          <Button>
            More runs <ChevronDown size={14} aria-hidden />
          </Button>
        }
        items={offered.map(({ title, run }) => ({ label: title, onSelect: run }))}
      />
      <Button tone="primary" onClick={() => openRunDialog()}>
        Run full benchmark
      </Button>
    </>
  )
}

/** Exactly one task, named before anything starts. */
async function runRandomTask(backend: Backend): Promise<void> {
  const { path, tasks } = await call('tasks.list', { path: null })
  const task = await drawTask(tasks, backend)
  if (task === undefined) {
    notify('There is no task here that can run', { label: 'Open Tasks', run: () => navigate('/tasks') })
    return
  }
  notify(`Chosen at random: ${task.name}`)
  openRunDialog({ datasetPath: path, taskNames: [task.name] })
}
