import { Suspense } from 'react'
import type { TrialFilter } from '../../../contract/api/common.ts'
import { part } from '../../client/part.ts'
import { useCall } from '../../client/queries.ts'
import { ErrorState, Skeleton } from '../../components/states.tsx'

const TimelineChart = part(async () => (await import('./timeline-chart.tsx')).TimelineChart)

/** Results over time: a dot for each job, a line for each agent and model. */
export function Timeline({ filter }: { readonly filter: TrialFilter }) {
  const { data, error, refetch } = useCall('stats.timeline', { filter })
  return (
    <section aria-label="Results over time" className="min-w-0">
      <h2 className="pb-1.5 text-xs text-dim">Results over time, resolved of all trials of a job</h2>
      {data === undefined && error !== null ? (
        <ErrorState error={error} retry={() => void refetch()} />
      ) : data === undefined ? (
        <Skeleton rows={6} />
      ) : data.points.length === 0 ? (
        <p className="text-dim">No job has ended in this period</p>
      ) : (
        <Suspense fallback={<Skeleton rows={6} />}>
          <TimelineChart points={data.points} />
        </Suspense>
      )}
    </section>
  )
}
