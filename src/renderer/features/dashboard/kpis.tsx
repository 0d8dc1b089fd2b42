import type { Rate, TrialFilter } from '../../../contract/api/common.ts'
import type { Overview } from '../../../contract/api/stats.ts'
import { Figure } from '../../components/page.tsx'
import { Value } from '../../components/text.tsx'
import { formatCost, formatCount, formatDuration, formatPercent, NOT_MEASURED } from '../../format/format.ts'
import { toCountedPath } from './counted-query.ts'

/** The figures of a filter, each with what it is a share or a middle of. */
export function Kpis({ overview, filter }: { readonly overview: Overview; readonly filter: TrialFilter }) {
  const { rate, lastFifty, steps, durationMs, costUsd, running } = overview
  const all = toCountedPath(filter, overview)
  return (
    <section aria-label="Figures" className="grid grid-cols-3 gap-x-6 gap-y-3 px-(--page) md:grid-cols-6">
      <Figure
        label="Resolved"
        value={<Value>{share(rate)}</Value>}
        note={describeRate(rate)}
        to={toCountedPath(filter, overview, { outcomes: ['success'] })}
      />
      <Figure label="Last 50 resolved" value={<Value>{share(lastFifty)}</Value>} note={describeRate(lastFifty)} />
      <Figure label="Turns, median" value={<Value>{formatCount(steps.median)}</Value>} note={measured(steps.count, rate.total)} to={all} />
      <Figure
        label="Duration, median"
        value={<Value>{formatDuration(durationMs.median)}</Value>}
        note={measured(durationMs.count, rate.total)}
        to={all}
      />
      <Figure
        label="Trials finished"
        value={<Value>{rate.total.toLocaleString('en-US')}</Value>}
        note={`${rate.judged} judged, ${running} running`}
        to={all}
      />
      <Figure
        label="Spend"
        value={<Value>{formatCost(costUsd.total)}</Value>}
        note={measured(costUsd.measured, rate.total)}
        to={all}
      />
    </section>
  )
}

function share({ resolved, total }: Rate): string {
  return total === 0 ? NOT_MEASURED : formatPercent(resolved / total)
}

/** `61/89, CI 58–77`. */
export function describeRate({ resolved, total, low, high }: Rate): string {
  const interval = low === null || high === null ? '' : `, 95 % CI ${Math.round(low * 100)}–${Math.round(high * 100)}`
  return `${resolved}/${total}${interval}`
}

function measured(count: number, total: number): string {
  return count === 0 ? `measured in none of ${total}` : `of ${count}/${total} measured`
}
