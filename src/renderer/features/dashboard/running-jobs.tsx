import type { JobSummary } from '../../../contract/api/jobs.ts'
import { paths } from '../../app/router.ts'
import { Button } from '../../components/controls.tsx'
import { useIsStopping, useJobActions } from '../../components/job-actions.ts'
import { describeTime } from '../../components/job-state.tsx'
import { ProgressBar, ProgressCounts } from '../../components/progress-bar.tsx'
import { Link, MiddleTruncated, RateText, Value } from '../../components/text.tsx'
import { formatCost } from '../../format/format.ts'
import { toVisible } from '../../format/visible.ts'

/** Jobs that run now, one row each, in the order in which they began: a row stays where it is. */
export function RunningJobs({ jobs }: { readonly jobs: readonly JobSummary[] }) {
  const running = jobs
    .filter(({ state }) => state === 'running')
    .sort((a, b) => (a.startedAt ?? '').localeCompare(b.startedAt ?? ''))
  if (running.length === 0) return null
  return (
    <section aria-label="Running jobs" className="pb-4">
      {running.map((job) => (
        <RunningJob key={job.jobName} job={job} />
      ))}
    </section>
  )
}

function RunningJob({ job }: { readonly job: JobSummary }) {
  const { stop } = useJobActions()
  const stopping = useIsStopping(job.jobName)
  const { jobName, counts, rate, costUsd } = job
  return (
    <div
      role="group"
      aria-label={toVisible(jobName)}
      className="grid min-h-(--row) grid-cols-[minmax(120px,1.4fr)_minmax(100px,2fr)_minmax(110px,max-content)_104px_minmax(150px,max-content)_56px_max-content] items-center gap-x-4 border-t border-line px-(--page) py-1 last:border-b"
    >
      <Link to={paths.job(jobName)} className="min-w-0 font-semibold">
        <MiddleTruncated text={toVisible(jobName)} />
      </Link>
      <ProgressBar counts={counts} />
      <ProgressCounts counts={counts} jobName={jobName} />
      <span className="text-right text-dim tabular">{describeTime(job)}</span>
      <span className="text-right">
        <RateText rate={rate} />
      </span>
      <span className="text-right" title="Spend so far">
        <Value>{formatCost(costUsd)}</Value>
      </span>
      <Button tone={stopping ? 'danger' : 'plain'} aria-label={`${stopping ? 'Force stop' : 'Stop'} ${jobName}`} onClick={() => void stop(job)}>
        {stopping ? 'Force stop' : 'Stop'}
      </Button>
    </div>
  )
}
