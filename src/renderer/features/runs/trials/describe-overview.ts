import type { Overview } from '../../../../contract/api/stats.ts'
import { formatCost, formatPercent, plural } from '../../../format/format.ts'

/** What a filter's trials came to, as parts of a sentence. */
export function describeOverview(overview: Overview): readonly string[] {
  const { rate, running, infrastructureErrors, costUsd, backend, otherBackends } = overview
  if (rate.total === 0) return running === 0 ? [] : [`${running} running`]
  const on = otherBackends.length > 0 && backend !== null ? ` on ${backend}` : ''
  const interval =
    rate.low === null || rate.high === null
      ? ''
      : `, 95 % CI ${Math.round(rate.low * 100)}–${Math.round(rate.high * 100)}`
  return [
    `${rate.resolved} of ${rate.total} finished${on} resolved (${formatPercent(rate.resolved / rate.total)}${interval})`,
    ...(running === 0 ? [] : [`${running} running`]),
    ...(infrastructureErrors === 0 ? [] : [plural(infrastructureErrors, 'infrastructure error')]),
    ...(costUsd.total === null ? [] : [formatCost(costUsd.total)]),
  ]
}
