import type { TrialFilter } from '../../../contract/api/common.ts'
import type { Overview } from '../../../contract/api/stats.ts'
import { Figure } from '../../components/page.tsx'
import { Value } from '../../components/text.tsx'
import { formatCost, formatCount, formatDuration, formatPercent, NOT_MEASURED, plural } from '../../format/format.ts'
import { countedRows } from './counted-rows.ts'
import { describeBackend } from './describe-dashboard.ts'

type RateOf = Overview['rate']

/** The figures of the trials that have ended; each opens the rows that it counts, and says how many they are. */
export function KpiStrip({ overview, filter }: { readonly overview: Overview; readonly filter: TrialFilter }) {
  const { rate, lastFifty, steps, durationMs, costUsd } = overview
  const rows = countedRows(overview, filter)
  const finished = rows()
  return (
    <section
      aria-label="Figures"
      className="grid grid-cols-[repeat(auto-fit,minmax(120px,1fr))] gap-6 px-(--page) pt-2"
    >
      <Figure
        label="Resolved"
        value={<Value>{share(rate)}</Value>}
        note={`${rate.resolved}/${rate.total}${interval(rate)}, ${rate.judged} judged`}
        to={rows({ outcomes: ['success'] })}
      />
      <Figure
        label="Last 50"
        value={<Value>{share(lastFifty)}</Value>}
        note={`${lastFifty.resolved}/${lastFifty.total}`}
        to={lastFifty.since === null ? finished : rows({ since: lastFifty.since })}
      />
      <Figure
        label="Median turns"
        value={<Value>{formatCount(steps.median)}</Value>}
        note={`of ${plural(steps.count, 'trial')} with turns`}
        to={finished}
      />
      <Figure
        label="Median duration"
        value={<Value>{formatDuration(durationMs.median)}</Value>}
        note={`of ${plural(durationMs.count, 'trial')}`}
        to={finished}
      />
      <Figure label="Trials" value={formatCount(rate.total)} note={describeBackend(overview)} to={finished} />
      <Figure
        label="Spend"
        value={<Value>{formatCost(costUsd.total, costUsd.estimated > 0)}</Value>}
        note={describeCost(costUsd, rate.total)}
        to={finished}
      />
    </section>
  )
}

function describeCost({ measured, estimated }: Overview['costUsd'], total: number): string {
  const known = `known in ${measured} of ${total}`
  return estimated === 0 ? known : `${known}, ${estimated} by price lists`
}

function share({ resolved, total }: RateOf): string {
  return total === 0 ? NOT_MEASURED : formatPercent(resolved / total)
}

function interval({ low, high }: RateOf): string {
  return low === null || high === null ? '' : `, 95 % CI ${Math.round(low * 100)}–${Math.round(high * 100)}`
}
