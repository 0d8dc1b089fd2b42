import type { TrialFilter } from '../../../contract/api/common.ts'
import type { Overview } from '../../../contract/api/stats.ts'
import { paths } from '../../app/router.ts'
import { toFilterQuery } from '../../stores/trial-filter.ts'

/** Path of the finished trials that a figure counts: those of the filter, on the backend that is counted. */
export function toCountedPath(filter: TrialFilter, { backend }: Pick<Overview, 'backend'>, more: TrialFilter = {}): string {
  const backends = backend === null ? filter.backends : [backend]
  return paths.trials(toFilterQuery({ ...filter, states: ['finished'], ...more, backends }))
}
