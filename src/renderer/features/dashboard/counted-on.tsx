import type { TrialFilter } from '../../../contract/api/common.ts'
import type { Overview } from '../../../contract/api/stats.ts'
import { toPath } from '../../app/router.ts'
import { Link } from '../../components/text.tsx'
import { plural } from '../../format/format.ts'
import { toFilterQuery } from '../../stores/trial-filter.ts'

/** The backend whose trials are counted, and what is left out because it ran elsewhere. */
export function CountedOn({
  overview: { backend, otherBackends },
  filter,
}: {
  readonly overview: Pick<Overview, 'backend' | 'otherBackends'>
  readonly filter: TrialFilter
}) {
  if (backend === null) return null
  return (
    <p className="px-(--page) pb-2 text-xs text-dim">
      Counted on {backend}
      {otherBackends.map(({ backend: other, trials }) => (
        <span key={other}>
          ;{' '}
          <Link
            to={toPath({ tab: 'dashboard', parts: [], query: toFilterQuery({ ...filter, backends: [other] }) })}
            className="text-timeout"
            title={`Count those on ${other} instead`}
          >
            {plural(trials, 'trial')} on {other} not counted
          </Link>
        </span>
      ))}
    </p>
  )
}
