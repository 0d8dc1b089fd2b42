import type { TrialFilter } from '../../../contract/api/common.ts'
import type { Overview } from '../../../contract/api/stats.ts'
import { Link } from '../../components/text.tsx'
import { formatPercent } from '../../format/format.ts'
import { toVisible } from '../../format/visible.ts'
import { toCountedPath } from './counted-query.ts'
import { describeRate } from './kpis.tsx'

const LEVELS = ['trivial', 'easy', 'medium', 'hard', 'very-hard', 'expert']

/** One rate a row: a bar with its interval as a whisker, and what it is a share of. */
export function RateBars({
  title,
  facet,
  rates,
  overview,
  filter,
}: {
  readonly title: string
  readonly facet: 'difficulties' | 'categories'
  readonly rates: Overview['byDifficulty']
  readonly overview: Overview
  readonly filter: TrialFilter
}) {
  if (rates.length === 0) return null
  const level = (key: string): number => (LEVELS.indexOf(key) < 0 ? LEVELS.length : LEVELS.indexOf(key))
  const sorted = facet === 'difficulties' ? rates.toSorted((a, b) => level(a.key) - level(b.key)) : rates
  return (
    <section aria-label={title}>
      <h2 className="pb-1 font-semibold">{title}</h2>
      <div className="flex max-h-64 flex-col overflow-y-auto">
        {sorted.map((rate) => {
          const name = rate.key === '' ? 'not known' : toVisible(rate.key)
          const share = rate.total === 0 ? 0 : rate.resolved / rate.total
          return (
            <div key={rate.key} className="grid h-6.5 grid-cols-[minmax(80px,2fr)_minmax(60px,3fr)_150px] items-center gap-x-3">
              <Link to={toCountedPath(filter, overview, { [facet]: [rate.key] })} className="min-w-0 truncate" title={name}>
                {name}
              </Link>
              <Bar share={share} low={rate.low ?? share} high={rate.high ?? share} label={`${name}: ${formatPercent(share)}`} />
              <span className="text-right text-xs whitespace-nowrap text-dim tabular">{describeRate(rate)}</span>
            </div>
          )
        })}
      </div>
    </section>
  )
}

function Bar({ share, low, high, label }: { readonly share: number; readonly low: number; readonly high: number; readonly label: string }) {
  const at = (value: number): string => `${(value * 100).toFixed(2)}%`
  return (
    <div role="img" aria-label={label} title={label} className="relative h-2.5 rounded-full bg-hover">
      <div className="h-full rounded-full bg-accent" style={{ width: at(share) }} />
      <div
        className="absolute inset-y-[-2px] border-x-[1.5px] border-text"
        style={{ left: at(low), width: at(Math.max(0, high - low)) }}
      >
        <div className="absolute inset-x-0 top-1/2 h-px -translate-y-1/2 bg-text" />
      </div>
    </div>
  )
}
