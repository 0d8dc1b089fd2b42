import type { JobSummary } from '../../../contract/api/jobs.ts'
import type { Overview } from '../../../contract/api/stats.ts'
import { formatCost, formatDuration, formatPercent, plural } from '../../format/format.ts'

/** The answer of the dashboard: how results stand, and what runs now. */
export function describeResults(overview: Overview, jobs: readonly JobSummary[]): string {
  const { rate, infrastructureErrors, costUsd } = overview
  const results =
    rate.total === 0
      ? ['No trial has finished']
      : [
          `${rate.resolved} of ${rate.total} resolved (${formatPercent(rate.resolved / rate.total)}${interval(rate)})`,
          ...(infrastructureErrors === 0 ? [] : [plural(infrastructureErrors, 'infrastructure error')]),
          ...(costUsd.total === null ? [] : [formatCost(costUsd.total)]),
        ]
  return `${results.join(', ')}; ${describeRunning(jobs)}`
}

function interval({ low, high }: Overview['rate']): string {
  return low === null || high === null ? '' : `, 95 % CI ${Math.round(low * 100)}–${Math.round(high * 100)}`
}

/** The longest wait is the one that counts. */
function describeRunning(jobs: readonly JobSummary[]): string {
  const running = jobs.filter(({ state }) => state === 'running')
  if (running.length === 0) return 'nothing is running'
  const etas = running.map(({ etaMs }) => etaMs)
  const longest = etas.includes(null) ? null : Math.max(...etas.map((eta) => eta ?? 0))
  const left = running.reduce((sum, { counts }) => sum + counts.running + counts.queued, 0)
  return [
    `${plural(running.length, 'job')} running, ${plural(left, 'trial')} left`,
    ...(longest === null ? [] : [`about ${formatDuration(longest)}`]),
  ].join(', ')
}
