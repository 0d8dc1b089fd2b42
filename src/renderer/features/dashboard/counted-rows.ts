import type { TrialFilter } from '../../../contract/api/common.ts'
import type { Overview } from '../../../contract/api/stats.ts'
import { paths } from '../../app/router.ts'
import { toFilterQuery } from '../../stores/trial-filter.ts'

/** Where the rows behind a figure are listed: of the trials that the figures count, those of `more`. */
export function countedRows(
  { backend }: Pick<Overview, 'backend'>,
  filter: TrialFilter,
): (more?: TrialFilter) => string {
  // Figures are of one backend's trials that have ended.
  const counted: TrialFilter = { ...filter, ...(backend === null ? {} : { backends: [backend] }), states: ['finished'] }
  return (more = {}) => paths.trials(toFilterQuery({ ...counted, ...more }))
}
