import { lazy, Suspense, useState } from 'react'
import type { TrialFilter } from '../../../contract/api/common.ts'
import { paths } from '../../app/router.ts'
import { useCall } from '../../client/queries.ts'
import { Segmented } from '../../components/controls.tsx'
import { EmptyState, ErrorState } from '../../components/states.tsx'
import { Link, RateText, Value } from '../../components/text.tsx'
import { formatCost, formatWhen } from '../../format/format.ts'
import { toVisible } from '../../format/visible.ts'
import { toSeries, type Series } from './to-series.ts'

const ResultsChart = lazy(async () => import('./results-chart.tsx').then((m) => ({ default: m.ResultsChart })))

/** What each job came to, over time; as a chart, or the same figures as a table. */
export function Results({ filter }: { readonly filter: TrialFilter }) {
  const { data, error, refetch } = useCall('stats.timeline', { filter })
  const [view, setView] = useState('chart')
  const series = toSeries(data?.points ?? [])
  return (
    <section aria-label="Results over time" className="min-w-0">
      <h2 className="flex h-7 items-center gap-3 font-semibold">
        Results over time
        <span className="ml-auto font-normal">
          <Segmented
            label="Show results as"
            value={view}
            choices={[
              { value: 'chart', label: 'Chart' },
              { value: 'table', label: 'Table' },
            ]}
            onChange={setView}
          />
        </span>
      </h2>
      {error === null ? null : <ErrorState error={error} retry={() => void refetch()} />}
      {data === undefined ? (
        <div className="h-[300px]" />
      ) : series.length === 0 ? (
        <EmptyState title="No job has finished a trial" hint="Each job becomes a dot once a trial of it has ended." />
      ) : view === 'table' ? (
        <ResultsTable series={series} />
      ) : (
        <Suspense fallback={<div className="h-[300px]" />}>
          <ResultsChart series={series} />
        </Suspense>
      )}
    </section>
  )
}

function ResultsTable({ series }: { readonly series: readonly Series[] }) {
  const rows = series
    .flatMap(({ label, points }) => points.map((point) => ({ label, ...point })))
    .sort((a, b) => b.at.getTime() - a.at.getTime())
  return (
    <div role="region" aria-label="Results over time, as a table" tabIndex={0} className="max-h-[300px] overflow-auto">
      <table className="w-full border-collapse">
        <thead className="text-xs text-dim">
          <tr>
            {['Job', 'Agent and model', 'Resolved', 'Cost', 'Started'].map((title, index) => (
              <th key={title} scope="col" className={`h-(--row) pr-3 font-normal ${index > 1 ? 'text-right' : 'text-left'}`}>
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ label, point }) => (
            <tr key={`${point.jobName} ${label}`} className="border-t border-line">
              <td className="h-(--row) pr-3">
                <Link to={paths.job(point.jobName)}>{toVisible(point.jobName)}</Link>
              </td>
              <td className="pr-3">{toVisible(label)}</td>
              <td className="pr-3 text-right">
                <RateText rate={point.rate} />
              </td>
              <td className="pr-3 text-right">
                <Value>{formatCost(point.costUsd)}</Value>
              </td>
              <td className="pr-3 text-right whitespace-nowrap tabular">{formatWhen(point.startedAt)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
