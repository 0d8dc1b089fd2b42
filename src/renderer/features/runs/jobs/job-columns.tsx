import { JobColumn, type JobSummary } from '../../../../contract/api/jobs.ts'
import { paths } from '../../../app/router.ts'
import type { Column } from '../../../components/data-table.tsx'
import { describeTime, JobState } from '../../../components/job-state.tsx'
import { ProgressBar } from '../../../components/progress-bar.tsx'
import { Link, MiddleTruncated, RateText, Value } from '../../../components/text.tsx'
import { formatCost, formatCount, formatWhen, plural } from '../../../format/format.ts'
import { toShortName } from '../../../format/short-name.ts'
import { toVisible } from '../../../format/visible.ts'
import { endedOf, rateSoFar } from '../job/job-facts.ts'
import { jobPath } from '../job-path.ts'
import { JobMenu } from './job-menu.tsx'

/** How much room there is: `wide` has columns that can be spared, `widest` all. */
type Room = 'narrow' | 'wide' | 'widest'

/** Columns of jobs; each that can be sorted by has the engine's name. */
export function jobColumns(room: Room): readonly Column<JobSummary>[] {
  const wide = room !== 'narrow'
  return COLUMNS.flatMap(({ from, ...column }) => (ROOM[from] > ROOM[room] ? [] : [column])).map((column) => {
    const sortable = JobColumn.safeParse(column.id).success
    if (column.id === 'rate') return { ...rateColumn(wide), sortable }
    return { ...(column.id === 'state' && !wide ? NARROW_STATE : column), sortable }
  })
}

const ROOM: Readonly<Record<Room, number>> = { narrow: 0, wide: 1, widest: 2 }

const COLUMNS: readonly (Column<JobSummary> & { readonly from: Room })[] = [
  { id: 'state', title: 'State', width: '96px', from: 'narrow', cell: (job) => <JobState job={job} /> },
  {
    id: 'jobName',
    title: 'Job',
    width: 'minmax(120px, 2fr)',
    from: 'narrow',
    cell: ({ jobName }) => (
      <Link to={paths.job(jobName)} className="flex min-w-0">
        <MiddleTruncated text={toVisible(jobName)} />
      </Link>
    ),
  },
  {
    id: 'agents',
    title: 'Agents × models',
    width: 'minmax(88px, 1.5fr)',
    from: 'narrow',
    cell: (job) => <span title={describeWho(job)}>{describeWho(job, toShortName)}</span>,
  },
  {
    id: 'tasks',
    title: 'Tasks',
    width: 'minmax(72px, 1fr)',
    from: 'wide',
    cell: ({ tasks, sources }) => (
      <span title={sources.map(toVisible).join(', ')}>
        {tasks}
        <span className="text-dim"> {sources.map(toVisible).join(', ')}</span>
      </span>
    ),
  },
  {
    id: 'totalTrials',
    title: 'Trials',
    width: 'minmax(88px, 1.2fr)',
    from: 'narrow',
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
  { id: 'rate', title: 'Resolved', width: '196px', align: 'right', from: 'narrow', cell: () => null },
  {
    id: 'infrastructureErrors',
    title: 'Infra.',
    width: '56px',
    align: 'right',
    from: 'narrow',
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
  tokens('inputTokens', 'Tokens in'),
  tokens('cachedTokens', 'Cached'),
  tokens('outputTokens', 'Tokens out'),
  {
    id: 'costUsd',
    title: 'Cost',
    width: '64px',
    align: 'right',
    from: 'narrow',
    cell: ({ costUsd, costIsEstimate }) => <Value>{formatCost(costUsd, costIsEstimate)}</Value>,
  },
  {
    id: 'durationMs',
    title: 'Duration',
    width: '96px',
    align: 'right',
    from: 'narrow',
    cell: (job) => <Value>{describeTime(job)}</Value>,
  },
  {
    id: 'startedAt',
    title: 'Started',
    width: '96px',
    align: 'right',
    from: 'wide',
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
    from: 'narrow',
    cell: (job) => <JobMenu job={job} />,
  },
]

function tokens(
  id: 'inputTokens' | 'cachedTokens' | 'outputTokens',
  title: string,
): Column<JobSummary> & { readonly from: Room } {
  return {
    id,
    title,
    width: '76px',
    align: 'right',
    from: 'widest',
    cell: (job) => <Value>{formatCount(job[id])}</Value>,
  }
}

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
