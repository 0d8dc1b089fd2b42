import { Suspense } from 'react'
import type { OutputOf } from '../../../../contract/api/api.ts'
import { setQuery } from '../../../app/router.ts'
import { part } from '../../../client/part.ts'
import { useCall } from '../../../client/queries.ts'
import { Segmented } from '../../../components/controls.tsx'
import { EmptyState, ErrorState, Skeleton } from '../../../components/states.tsx'
import { toVisible } from '../../../format/visible.ts'
import { CombinationTable } from './combination-table.tsx'
import { METRICS, toPareto, type Metric } from './to-pareto.ts'
import { useRunsAddress } from '../address.ts'

const ParetoChart = part(async () => (await import('./pareto-chart.tsx')).ParetoChart)

/** What each agent and model resolves, against what it takes. */
export function Pareto({ jobName }: { readonly jobName: string }) {
  const { data, error, refetch } = useCall('stats.combinations', { filter: { jobNames: [jobName] } })
  if (error !== null) return <ErrorState error={error} retry={() => void refetch()} />
  if (data === undefined) return <Skeleton rows={10} />
  if (data.combinations.length === 0) {
    return (
      <EmptyState
        title="No trial has finished yet"
        hint="Each agent and model becomes a point once a trial of it has ended."
      />
    )
  }
  return <Chart data={data} />
}

function Chart({ data }: { readonly data: OutputOf<'stats.combinations'> }) {
  const { query } = useRunsAddress()
  const asked = METRICS.find((name) => name === query['against'])
  const metric = asked ?? firstMeasured(data)
  const pareto = toPareto(data.combinations, metric)
  return (
    <div
      role="region"
      aria-label="Pareto"
      tabIndex={0}
      className="flex min-h-0 flex-1 flex-col gap-4 overflow-y-auto px-(--page) py-3"
    >
      <div className="flex items-center gap-2">
        <span className="text-dim">Resolved against</span>
        <Segmented
          label="Resolved against"
          value={metric}
          choices={METRICS.map((value) => ({ value, label: value }))}
          onChange={(value) => setQuery('runs', { against: value })}
        />
        {data.otherBackends.length === 0 ? null : (
          <span className="text-timeout">
            Trials on {data.backend} only; left out:{' '}
            {data.otherBackends.map(({ backend, trials }) => `${trials} on ${backend}`).join(', ')}
          </span>
        )}
      </div>
      {pareto.points.length === 0 ? (
        <EmptyState
          title={`No ${metric} was measured`}
          hint="Agents that tell nothing of it have no place in this chart."
        />
      ) : (
        <Suspense fallback={<div className="h-96" />}>
          <ParetoChart pareto={pareto} metric={metric} />
        </Suspense>
      )}
      {pareto.unmeasured.length === 0 || pareto.points.length === 0 ? null : (
        <p className="text-dim">
          Without a measured {metric}, so not in the chart:{' '}
          {pareto.unmeasured.map(({ label }) => toVisible(label)).join(', ')}
        </p>
      )}
      <CombinationTable
        combinations={data.combinations}
        best={new Set(pareto.frontier.map(({ combination }) => combination))}
      />
    </div>
  )
}

/** Agents that use no model cost nothing that is measured: time says more of them. */
function firstMeasured({ combinations }: OutputOf<'stats.combinations'>): Metric {
  return METRICS.find((metric) => toPareto(combinations, metric).points.length > 0) ?? 'cost'
}
