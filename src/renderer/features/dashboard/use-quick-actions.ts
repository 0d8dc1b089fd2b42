import type { JobSummary } from '../../../contract/api/jobs.ts'
import { AppError } from '../../../contract/errors.ts'
import { call } from '../../client/client.ts'
import { useJobActions } from '../../components/job-actions.ts'
import { useJobs } from '../../stores/live.ts'
import { notifyError } from '../../stores/notices.ts'
import { openRunDialog } from '../../stores/run-dialog.ts'

export interface QuickAction {
  readonly id: string
  readonly label: string
  /** What exactly it does. */
  readonly help: string
  readonly run: () => void
}

/** What is started most often. Each but the last opens the run dialog, where it can still be changed. */
export function useQuickActions(): readonly QuickAction[] {
  const { retryFailed } = useJobActions()
  const failed = lastWithFailures([...useJobs().values()])
  return [
    {
      id: 'full',
      label: 'Run full benchmark',
      help: 'All tasks of the dataset',
      run: () => openRunDialog(),
    },
    { id: 'one', label: 'Run one task', help: 'Choose it by name', run: () => openRunDialog({ taskNames: [] }) },
    {
      id: 'random',
      label: 'Run random task',
      help: 'Exactly one, named before it starts',
      run: () => void openRandom().catch(notifyError),
    },
    ...(failed === null
      ? []
      : [
          {
            id: 'failures',
            label: 'Rerun failures',
            help: `Trials of ${failed.jobName} that failed, as a new job`,
            run: () => void retryFailed(failed.jobName),
          },
        ]),
  ]
}

async function openRandom(): Promise<void> {
  const [place] = await call('datasets.list', {})
  const { path, tasks } = await call('tasks.list', { path: place?.path ?? null })
  const runnable = tasks.filter(({ unsupported }) => unsupported.length === 0)
  const task = runnable[Math.floor(Math.random() * runnable.length)]
  if (task === undefined) throw new AppError('not-found', `there is no task in ${path} that can be run`)
  openRunDialog({ datasetPath: path, taskNames: [task.name] })
}

/** The newest job that has ended with failures. */
export function lastWithFailures(jobs: readonly JobSummary[]): JobSummary | null {
  const ended = jobs.filter(({ state, counts }) => state !== 'running' && counts.failure + counts.timeout + counts.error > 0)
  return ended.sort((a, b) => (b.startedAt ?? '').localeCompare(a.startedAt ?? ''))[0] ?? null
}
