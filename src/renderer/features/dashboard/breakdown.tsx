import type { TrialFilter } from '../../../contract/api/common.ts'
import type { Overview } from '../../../contract/api/stats.ts'
import { Link } from '../../components/text.tsx'
import { formatPercent } from '../../format/format.ts'
import { toVisible } from '../../format/visible.ts'
import { countedRows } from './counted-rows.ts'

type Group = Overview['byDifficulty'][number]

/** Where it goes well and where not: the rate of each difficulty and category with its interval. */
export function Breakdown({ overview, filter }: { readonly overview: Overview; readonly filter: TrialFilter }) {
  const rows = countedRows(overview, filter)
  return (
    <section aria-label="Rate by difficulty and category" className="flex min-w-0 flex-col gap-5">
      <Groups title="By difficulty" groups={overview.byDifficulty} toPath={(key) => rows({ difficulties: [key] })} />
      <Groups title="By category" groups={overview.byCategory} toPath={(key) => rows({ categories: [key] })} />
    </section>
  )
}

function Groups({
  title,
  groups,
  toPath,
}: {
  readonly title: string
  readonly groups: readonly Group[]
  readonly toPath: (key: string) => string
}) {
  return (
    <div>
      <h2 className="pb-1.5 text-xs text-dim">{title}</h2>
      {groups.length === 0 ? <p className="text-dim">Not known for these trials</p> : null}
      <ul className="grid grid-cols-[minmax(80px,max-content)_minmax(60px,1fr)_max-content] items-center gap-x-3 gap-y-1">
        {groups.map((group) => (
          <li key={group.key} className="contents">
            <Link to={toPath(group.key)} className="truncate">
              {group.key === '' ? 'not known' : toVisible(group.key)}
            </Link>
            <RateBar group={group} />
            <span className="text-right tabular">
              {group.resolved}/{group.total}{' '}
              <span className="text-dim">{formatPercent(group.total === 0 ? null : group.resolved / group.total)}</span>
            </span>
          </li>
        ))}
      </ul>
    </div>
  )
}

/** A bar of the rate, with whiskers for its interval. */
function RateBar({ group: { resolved, total, low, high } }: { readonly group: Group }) {
  const share = total === 0 ? 0 : resolved / total
  return (
    <svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden className="h-2.5 w-full">
      <rect x="0" y="2" width="100" height="6" fill="var(--bg-hover)" />
      <rect x="0" y="2" width={share * 100} height="6" fill="var(--success)" />
      {low === null || high === null ? null : (
        <path
          d={`M${low * 100} 5H${high * 100}M${low * 100} 1V9M${high * 100} 1V9`}
          stroke="var(--text)"
          strokeWidth="1"
          vectorEffect="non-scaling-stroke"
        />
      )}
    </svg>
  )
}
