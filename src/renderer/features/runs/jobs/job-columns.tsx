import type { JobSummary } from '../../../../contract/api/jobs.ts'
import { paths } from '../../../app/router.ts'
import type { Column } from '../../../components/data-table.tsx'
import { describeTime, JobState } from '../../../components/job-state.tsx'
import { ProgressBar } from '../../../components/progress-bar.tsx'
import { Link, MiddleTruncated, RateText, Value } from '../../../components/text.tsx'
import { formatCost, formatWhen, plural } from '../../../format/format.ts'
import { toShortName } from '../../../format/short-name.ts'
import { toVisible } from '../../../format/visible.ts'
import { endedOf, rateSoFar } from '../job/job-facts.ts'
import { jobPath } from '../job-path.ts'
import { JobMenu } from './job-menu.tsx'

/** Columns of jobs. `wide`: with those that can be spared. */
export function jobColumns(wide: boolean): readonly Column<JobSummary>[] {
  return COLUMNS.flatMap(({ spare, ...column }) => (spare && !wide ? [] : [column])).map((column) => {
    if (column.id === 'rate') return rateColumn(wide)
    return column.id === 'state' && !wide ? NARROW_STATE : column
  })
}

const COLUMNS: readonly (Column<JobSummary> & { readonly spare: boolean })[] = [
  { id: 'state', title: 'State', width: '96px', spare: false, cell: (job) => <JobState job={job} /> },
  {
    id: 'name',
    title: 'Job',
    width: 'minmax(120px, 2fr)',
    spare: false,
    cell: ({ jobName }) => (
      <Link to={paths.job(jobName)} className="flex min-w-0">
        <MiddleTruncated text={toVisible(jobName)} />
      </Link>
    ),
  },
  {
    id: 'who',
    title: 'Agents × models',
    width: 'minmax(88px, 1.5fr)',
    spare: false,
    cell: (job) => <span title={describeWho(job)}>{describeWho(job, toShortName)}</span>,
  },
  {
    id: 'tasks',
    title: 'Tasks',
    width: 'minmax(72px, 1fr)',
    spare: true,
    cell: ({ tasks, sources }) => (
      <span title={sources.map(toVisible).join(', ')}>
        {tasks}
        <span className="text-dim"> {sources.map(toVisible).join(', ')}</span>
      </span>
    ),
  },
  {
    id: 'progress',
    title: 'Trials',
    width: 'minmax(88px, 1.2fr)',
    spare: false,
    cell: (job) => (
      <span className="flex items-center gap-2">
        <ProgressBar counts={job.counts} />
        <span
          className="shrink-0 text-xs text-dim tabular"
          title={`${endedOf(job)} of ${job.totalTrials} trials ended`}
        >
          {endedOf(job)}/{job.totalTrials}
        </span>
      </span>
    ),
  },
  { id: 'rate', title: 'Resolved', width: '196px', align: 'right', spare: false, cell: () => null },
  {
    id: 'infrastructure',
    title: 'Infra.',
    width: '44px',
    align: 'right',
    spare: false,
    cell: ({ infrastructureErrors: count, jobName }) =>
      count === 0 ? null : (
        <Link
          to={jobPath(jobName, { tab: 'trials', blames: 'infrastructure' })}
          title={plural(count, 'infrastructure error')}
        >
          <span className="text-blame-infrastructure">
            <span aria-hidden className="text-[10px]">
              ▲
            </span>{' '}
            {count}
          </span>
        </Link>
      ),
  },
  {
    id: 'cost',
    title: 'Cost',
    width: '64px',
    align: 'right',
    spare: false,
    cell: ({ costUsd, costIsEstimate }) => <Value>{formatCost(costUsd, costIsEstimate)}</Value>,
  },
  {
    id: 'time',
    title: 'Duration',
    width: '96px',
    align: 'right',
    spare: false,
    cell: (job) => <Value>{describeTime(job)}</Value>,
  },
  {
    id: 'started',
    title: 'Started',
    width: '96px',
    align: 'right',
    spare: true,
    cell: ({ startedAt }) => (
      <span title={startedAt ?? undefined}>
        <Value>{formatWhen(startedAt)}</Value>
      </span>
    ),
  },
  {
    id: 'actions',
    title: <span className="sr-only">Actions</span>,
    width: '28px',
    spare: false,
    cell: (job) => <JobMenu job={job} />,
  },
]

const NARROW_STATE: Column<JobSummary> = {
  id: 'state',
  title: <span className="sr-only">State</span>,
  width: '14px',
  cell: (job) => <JobState job={job} label={false} />,
}

function rateColumn(wide: boolean): Column<JobSummary> {
  return {
    id: 'rate',
    title: wide ? 'Resolved (95 % CI)' : 'Resolved',
    width: wide ? '190px' : '128px',
    align: 'right',
    cell: (job) => <RateText rate={rateSoFar(job)} interval={wide ? 'short' : false} />,
  }
}

/** `terminus-2, claude-code × gpt-5, gpt-5-mini`. */
function describeWho(
  { agents, models }: Pick<JobSummary, 'agents' | 'models'>,
  toName: (model: string) => string = (model) => model,
): string {
  const who = agents.map(toVisible).join(', ')
  if (models.length === 0) return who
  return `${who} × ${models.map(toName).map(toVisible).join(', ')}`
}
