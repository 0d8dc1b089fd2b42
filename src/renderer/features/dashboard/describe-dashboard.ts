import type { JobSummary } from '../../../contract/api/jobs.ts'
import type { Overview } from '../../../contract/api/stats.ts'
import { formatCost, formatDuration, formatPercent, plural } from '../../format/format.ts'

/** `61 of 89 resolved (68.5 %), 3 infrastructure errors, $41.20; 2 jobs running, about 12 m 00 s left`. */
export function describeDashboard(overview: Overview, running: readonly JobSummary[]): string {
  const { rate, infrastructureErrors, costUsd } = overview
  const share = rate.total === 0 ? '' : ` (${formatPercent(rate.resolved / rate.total)})`
  const results = [
    rate.total === 0
      ? 'No trial has ended yet'
      : `${rate.resolved.toLocaleString('en-US')} of ${plural(rate.total, 'trial')} resolved${share}`,
    ...(infrastructureErrors === 0 ? [] : [plural(infrastructureErrors, 'infrastructure error')]),
    ...(costUsd.total === null ? [] : [formatCost(costUsd.total, costUsd.estimated > 0)]),
  ].join(', ')
  return running.length === 0 ? results : `${results}; ${describeRunning(running)}`
}

function describeRunning(running: readonly JobSummary[]): string {
  const etas = running.flatMap(({ etaMs }) => (etaMs === null ? [] : [etaMs]))
  const jobs = `${plural(running.length, 'job')} running`
  return etas.length < running.length ? jobs : `${jobs}, about ${formatDuration(Math.max(...etas))} left`
}

/** `docker`, and what of other backends is not counted. */
export function describeBackend({ backend, otherBackends }: Pick<Overview, 'backend' | 'otherBackends'>): string {
  if (backend === null) return 'no trials'
  if (otherBackends.length === 0) return `on ${backend}`
  const others = otherBackends.map((other) => `${plural(other.trials, 'trial')} on ${other.backend}`).join(', ')
  return `on ${backend}; ${others} not counted`
}
