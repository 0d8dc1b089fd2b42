import type { JobSummary } from '../../contract/api/jobs.ts'
import { formatCost, formatPercent, plural } from '../format/format.ts'

/** One sentence for a job that has ended: `nightly: 61 of 89 resolved (68.5 %), 3 infrastructure errors, $41.20`. */
export function describeEnd({
  jobName,
  state,
  rate,
  infrastructureErrors,
  costUsd,
  costIsEstimate,
}: JobSummary): string {
  const share = rate.total === 0 ? '' : ` (${formatPercent(rate.resolved / rate.total)})`
  return [
    `${jobName} ${state === 'completed' ? 'has ended' : `was ${state}`}: ${rate.resolved} of ${rate.total} resolved${share}`,
    ...(infrastructureErrors === 0 ? [] : [plural(infrastructureErrors, 'infrastructure error')]),
    ...(costUsd === null ? [] : [formatCost(costUsd, costIsEstimate)]),
  ].join(', ')
}
