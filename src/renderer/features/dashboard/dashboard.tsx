import { setQuery, useAddress } from '../../app/router.ts'
import { useCall } from '../../client/queries.ts'
import { FilterBar } from '../../components/filter-bar.tsx'
import { PageHead } from '../../components/page.tsx'
import { ErrorState, Skeleton } from '../../components/states.tsx'
import { useJobs } from '../../stores/live.ts'
import { fromTrialFilter, toTrialFilter } from '../../stores/trial-filter.ts'
import { CountedOn } from './counted-on.tsx'
import { describeResults } from './describe-results.ts'
import { Kpis } from './kpis.tsx'
import { Newcomer } from './newcomer.tsx'
import { QuickActions } from './quick-actions.tsx'
import { RateBars } from './rate-bars.tsx'
import { RecentTrials } from './recent-trials.tsx'
import { Results } from './results.tsx'
import { RunningJobs } from './running-jobs.tsx'

const FILTERS = ['sources', 'agents', 'models', 'backends'] as const

/** How the benchmark stands: what runs now, what it came to so far, and where it fails. */
export function Dashboard() {
  const jobs = useCall('jobs.list', { limit: 1 })
  if (jobs.error !== null) return <ErrorState error={jobs.error} retry={() => void jobs.refetch()} />
  if (jobs.data === undefined) {
    return (
      <>
        <PageHead title="Dashboard" />
        <Skeleton rows={10} />
      </>
    )
  }
  return jobs.data.total === 0 ? <Newcomer /> : <Board />
}

function Board() {
  const filter = toTrialFilter(useAddress('dashboard').query)
  const overview = useCall('stats.overview', { filter })
  const live = [...useJobs().values()]
  return (
    <>
      <PageHead
        title="Dashboard"
        answer={overview.data === undefined ? 'Counting trials' : describeResults(overview.data, live)}
        actions={<QuickActions />}
      />
      <div role="region" aria-label="Results" tabIndex={0} className="min-h-0 flex-1 overflow-y-auto pb-6 outline-offset-[-2px]">
        <RunningJobs jobs={live} />
        <FilterBar
          filter={filter}
          onChange={(next) => setQuery('dashboard', fromTrialFilter(next))}
          keys={FILTERS}
          search={false}
        />
        {overview.error === null ? null : <ErrorState error={overview.error} retry={() => void overview.refetch()} />}
        {overview.data === undefined ? (
          overview.error === null ? (
            <Skeleton rows={8} />
          ) : null
        ) : (
          <>
            <CountedOn overview={overview.data} filter={filter} />
            <Kpis overview={overview.data} filter={filter} />
            <div className="grid grid-cols-1 gap-x-8 gap-y-4 px-(--page) pt-5 lg:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
              <Results filter={filter} />
              <div className="flex min-w-0 flex-col gap-4">
                <RateBars title="By difficulty" facet="difficulties" rates={overview.data.byDifficulty} overview={overview.data} filter={filter} />
                <RateBars title="By category" facet="categories" rates={overview.data.byCategory} overview={overview.data} filter={filter} />
              </div>
            </div>
          </>
        )}
        <RecentTrials filter={filter} />
      </div>
    </>
  )
}
