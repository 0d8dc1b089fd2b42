import type { Overview } from '../../../../contract/api/stats.ts'
import { formatCost, formatPercent, plural } from '../../../format/format.ts'

/** What the trials of a filter came to, in one sentence. */
export function describeTrials(total: number, overview: Overview | undefined): string {
  if (overview === undefined || overview.rate.total === 0) return withRunning(plural(total, 'trial'), overview)
  const { rate, infrastructureErrors, costUsd, backend, otherBackends } = overview
  const on = otherBackends.length > 0 && backend !== null ? ` on ${backend}` : ''
  const interval =
    rate.low === null || rate.high === null
      ? ''
      : `, 95 % CI ${Math.round(rate.low * 100)}–${Math.round(rate.high * 100)}`
  const share = `(${formatPercent(rate.resolved / rate.total)}${interval})`
  return [
    withRunning(
      rate.total === total
        ? `${rate.resolved.toLocaleString('en-US')} of ${plural(total, 'trial')} resolved ${share}`
        : `${plural(total, 'trial')}; of ${rate.total.toLocaleString('en-US')} finished${on} ${rate.resolved.toLocaleString('en-US')} resolved ${share}`,
      overview,
    ),
    ...(infrastructureErrors === 0 ? [] : [plural(infrastructureErrors, 'infrastructure error')]),
    ...(costUsd.total === null ? [] : [formatCost(costUsd.total, costUsd.estimated > 0)]),
  ].join(', ')
}

function withRunning(text: string, overview: Overview | undefined): string {
  return overview === undefined || overview.running === 0 ? text : `${text}, ${overview.running} running`
}
