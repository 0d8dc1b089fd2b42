import { useActions } from '../../app/actions.ts'
import { usePaneShown } from '../../app/pane-shown.ts'
import { setQuery, useAddress } from '../../app/router.ts'
import { useCall } from '../../client/queries.ts'
import { FilterBar } from '../../components/filter-bar.tsx'
import { PageHead } from '../../components/page.tsx'
import { ErrorState, Skeleton } from '../../components/states.tsx'
import { useJobs } from '../../stores/live.ts'
import { newestFirst } from '../../stores/newest-first.ts'
import { fromTrialFilter, toTrialFilter } from '../../stores/trial-filter.ts'
import { Breakdown } from './breakdown.tsx'
import { describeDashboard } from './describe-dashboard.ts'
import { KpiStrip } from './kpi-strip.tsx'
import { QuickActions } from './quick-actions.tsx'
import { RecentTrials } from './recent-trials.tsx'
import { RunningJobs } from './running-jobs.tsx'
import { Timeline } from './timeline.tsx'
import { Welcome } from './welcome.tsx'

const FILTERS = ['sources', 'agents', 'models', 'backends'] as const

/** Is it going well, and what failed: over all trials that the filter leaves. */
export function Dashboard() {
  const { query } = useAddress('dashboard')
  const filter = toTrialFilter(query)
  const { data: overview, error, refetch } = useCall('stats.overview', { filter })
  const running = newestFirst(useJobs()).filter(({ state }) => state === 'running')
  const isFiltered = Object.keys(filter).length > 0
  const shown = usePaneShown()
  const clear = {
    id: 'dashboard-clear',
    group: 'Dashboard',
    title: 'Clear the filters',
    run: () => setQuery('dashboard', fromTrialFilter({})),
  }
  useActions(isFiltered ? [clear] : [], shown)
  if (error !== null && overview === undefined) return <ErrorState error={error} retry={() => void refetch()} />
  const isNew = overview?.rate.total === 0 && running.length === 0 && !isFiltered
  return (
    <div className="min-h-0 flex-1 overflow-y-auto pb-8">
      <PageHead
        title="Dashboard"
        answer={overview === undefined ? undefined : isNew ? undefined : describeDashboard(overview, running)}
        actions={isNew ? undefined : <QuickActions />}
      />
      {overview === undefined ? (
        <Skeleton rows={10} />
      ) : isNew ? (
        <Welcome />
      ) : (
        <>
          <FilterBar
            filter={filter}
            keys={FILTERS}
            search={false}
            onChange={(next) => setQuery('dashboard', fromTrialFilter(next))}
          />
          <RunningJobs jobs={running} />
          <KpiStrip overview={overview} filter={filter} />
          <div className="grid grid-cols-[minmax(0,3fr)_minmax(0,2fr)] gap-8 px-(--page) pt-6">
            <Timeline filter={filter} />
            <Breakdown overview={overview} filter={filter} />
          </div>
          <RecentTrials filter={filter} />
        </>
      )}
    </div>
  )
}
