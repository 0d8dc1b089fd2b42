import type { TimelinePoint } from '../../../contract/api/stats.ts'
import { paths } from '../../app/router.ts'
import { Link, RateText } from '../../components/text.tsx'
import { formatWhen } from '../../format/format.ts'
import { toVisible } from '../../format/visible.ts'

/** The chart's figures as a table: for readers, and for who wants to follow a link by keyboard. */
export function TimelineTable({ points }: { readonly points: readonly TimelinePoint[] }) {
  return (
    <details className="pt-1">
      <summary className="text-xs text-dim">As a table</summary>
      <div className="max-h-60 overflow-y-auto">
        <table className="w-full">
          <thead className="text-left text-xs text-dim">
            <tr>
              <th className="font-normal">Job</th>
              <th className="font-normal">Agent × model</th>
              <th className="font-normal">Resolved</th>
              <th className="text-right font-normal">Started</th>
            </tr>
          </thead>
          <tbody>
            {points.toReversed().map((point) => (
              <tr
                key={`${point.jobName} ${point.agent} ${point.model ?? ''}`}
                className="h-(--row) border-t border-line"
              >
                <td>
                  <Link to={paths.job(point.jobName)}>{toVisible(point.jobName)}</Link>
                </td>
                <td>{toVisible(point.model === null ? point.agent : `${point.agent} × ${point.model}`)}</td>
                <td>
                  <RateText rate={point.rate} />
                </td>
                <td className="text-right">{formatWhen(point.startedAt)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  )
}
