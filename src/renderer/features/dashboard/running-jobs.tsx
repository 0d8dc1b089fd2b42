import type { JobSummary } from '../../../contract/api/jobs.ts'
import { useActions, type Action } from '../../app/actions.ts'
import { usePaneShown } from '../../app/pane-shown.ts'
import { paths } from '../../app/router.ts'
import { Button } from '../../components/controls.tsx'
import { useJobActions } from '../../components/job-actions.ts'
import { ProgressBar, ProgressCounts } from '../../components/progress-bar.tsx'
import { Link, MiddleTruncated, RateText, Value } from '../../components/text.tsx'
import { formatCost, formatDuration } from '../../format/format.ts'
import { toVisible } from '../../format/visible.ts'
import { withLiveCost } from '../../stores/live-cost.ts'
import { useRunningTrials } from '../../stores/live.ts'
import { useIsStopping } from '../../stores/stopping.ts'

/** One row for each job that runs now, the newest first; Ctrl/Cmd+. asks to stop that one. */
export function RunningJobs({ jobs }: { readonly jobs: readonly JobSummary[] }) {
  const shown = usePaneShown()
  const actions = useJobActions()
  useActions(
    jobs.map((job, at): Action => {
      const { jobName } = job
      const title = `Stop ${toVisible(jobName)}`
      const keys = at === 0 ? { keys: 'mod+.' } : {}
      return { id: `dashboard-stop-${jobName}`, group: 'Dashboard', title, ...keys, run: () => void actions.stop(job) }
    }),
    shown,
  )
  if (jobs.length === 0) return null
  return (
    <section aria-label="Running jobs" className="px-(--page) pt-1 pb-4">
      {jobs.map((job) => (
        <RunningJob key={job.jobName} job={job} />
      ))}
    </section>
  )
}

function RunningJob({ job }: { readonly job: JobSummary }) {
  const actions = useJobActions()
  const stopping = useIsStopping(job.jobName)
  const trials = [...useRunningTrials().values()].filter(({ jobName }) => jobName === job.jobName)
  const cost = withLiveCost(job, trials)
  return (
    <div className="flex min-h-10 flex-wrap items-center gap-x-5 gap-y-1 border-b border-line py-1.5">
      <Link to={paths.job(job.jobName)} className="flex w-52 min-w-0 font-semibold">
        <MiddleTruncated text={toVisible(job.jobName)} />
      </Link>
      <span className="flex min-w-40 flex-1 items-center">
        <ProgressBar counts={job.counts} />
      </span>
      <ProgressCounts counts={job.counts} jobName={job.jobName} />
      <RateText rate={job.rate} />
      <span
        className="w-34 text-right tabular text-dim whitespace-nowrap"
        title="Estimated from the trials that have ended"
      >
        {job.etaMs === null ? 'time not known yet' : `${formatDuration(job.etaMs)} left`}
      </span>
      <span className="w-16 text-right">
        <Value>{formatCost(cost.costUsd, cost.costIsEstimate)}</Value>
      </span>
      <Button onClick={() => void actions.stop(job)}>{stopping ? 'Force' : 'Stop'}</Button>
    </div>
  )
}
