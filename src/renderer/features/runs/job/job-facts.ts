import type { JobSummary } from '../../../../contract/api/jobs.ts'
import { formatCost, formatDuration, formatPercent, plural } from '../../../format/format.ts'

/** Whether there is something left that Resume would run. */
export function isResumable({ state, counts, totalTrials }: JobSummary): boolean {
  if (state === 'running') return false
  const { queued, running, aborted, ...ended } = counts
  return (
    state !== 'completed' ||
    queued + running + aborted > 0 ||
    Object.values(ended).reduce((sum, count) => sum + count, 0) < totalTrials
  )
}

export function hasFailed({ counts }: JobSummary): boolean {
  return counts.failure + counts.timeout + counts.error > 0
}

/** `61 of 89 resolved (68.5 %, 95 % CI 58–77), 3 infrastructure errors, $41.20, about 12 m 00 s left`. */
export function describeJob(job: JobSummary): string {
  const { rate, state, counts, totalTrials, infrastructureErrors, costUsd, etaMs, durationMs } = job
  const left = counts.running + counts.queued
  const ended = Math.max(0, totalTrials - left)
  return [
    state === 'running' && ended < totalTrials ? `${ended} of ${plural(totalTrials, 'trial')} ended` : null,
    totalTrials === 0 ? 'no trials' : `${rate.resolved} of ${rate.total} resolved${describeShare(rate)}`,
    infrastructureErrors === 0 ? null : plural(infrastructureErrors, 'infrastructure error'),
    costUsd === null ? null : formatCost(costUsd),
    state === 'running' ? describeRest(etaMs) : durationMs === null ? null : `took ${formatDuration(durationMs)}`,
    state === 'interrupted' ? 'interrupted: Resume runs the rest' : null,
    state === 'cancelled' ? 'stopped before its end' : null,
  ]
    .filter((part) => part !== null)
    .join(', ')
}

function describeShare({ resolved, total, low, high }: JobSummary['rate']): string {
  if (total === 0) return ''
  const interval = low === null || high === null ? '' : `, 95 % CI ${Math.round(low * 100)}–${Math.round(high * 100)}`
  return ` (${formatPercent(resolved / total)}${interval})`
}

function describeRest(etaMs: number | null): string {
  return etaMs === null ? 'time left not known yet' : `about ${formatDuration(etaMs)} left`
}
