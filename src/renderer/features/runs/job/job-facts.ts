import type { JobSummary } from '../../../../contract/api/jobs.ts'
import { formatCost, formatCount, formatDuration, formatPercent, plural } from '../../../format/format.ts'

/** Whether there is something left that Resume would run. */
export function isResumable({ state, counts, totalTrials }: JobSummary): boolean {
  if (state === 'running') return false
  return state !== 'completed' || counts.aborted > 0 || endedOf({ counts }) < totalTrials
}

/** Trials that have a result. */
export function endedOf({ counts }: Pick<JobSummary, 'counts'>): number {
  const { queued: _queued, running: _running, ...ended } = counts
  return Object.values(ended).reduce((sum, count) => sum + count, 0)
}

/** Of the trials that have ended. Where the engine counts others too, its interval is not that of this rate. */
export function rateSoFar(job: Pick<JobSummary, 'counts' | 'rate'>): JobSummary['rate'] {
  const total = endedOf(job)
  return total === job.rate.total ? job.rate : { ...job.rate, total, low: null, high: null }
}

export function hasFailed({ counts }: JobSummary): boolean {
  return counts.failure + counts.timeout + counts.error > 0
}

/** `61 of 89 resolved (68.5 %, 95 % CI 58–77), 3 infrastructure errors, $41.20, about 12 m 00 s left`. */
export function describeJob(job: JobSummary): string {
  const { state, totalTrials, infrastructureErrors, costUsd, costIsEstimate, etaMs, durationMs } = job
  const rate = rateSoFar(job)
  return [
    rate.total < totalTrials ? `${rate.total} of ${plural(totalTrials, 'trial')} ended` : null,
    rate.total === 0
      ? null
      : `${rate.resolved.toLocaleString('en-US')} of ${rate.total.toLocaleString('en-US')} resolved${describeShare(rate)}`,
    infrastructureErrors === 0 ? null : plural(infrastructureErrors, 'infrastructure error'),
    costUsd === null ? null : formatCost(costUsd, costIsEstimate),
    describeTokens(job),
    state === 'running' ? describeRest(etaMs) : durationMs === null ? null : `took ${formatDuration(durationMs)}`,
    state === 'interrupted' ? 'interrupted: Resume runs the rest' : null,
    state === 'cancelled' ? 'stopped before its end' : null,
  ]
    .filter((part) => part !== null)
    .join(', ')
}

/** `12.3 k tokens in (8,100 cached), 940 out`; null: none were measured. */
function describeTokens({ inputTokens, cachedTokens, outputTokens }: JobSummary): string | null {
  if (inputTokens === null && outputTokens === null) return null
  const cached = cachedTokens === null ? '' : ` (${formatCount(cachedTokens)} cached)`
  return `${formatCount(inputTokens)} tokens in${cached}, ${formatCount(outputTokens)} out`
}

function describeShare({ resolved, total, low, high }: JobSummary['rate']): string {
  if (total === 0) return ''
  const interval = low === null || high === null ? '' : `, 95 % CI ${Math.round(low * 100)}–${Math.round(high * 100)}`
  return ` (${formatPercent(resolved / total)}${interval})`
}

function describeRest(etaMs: number | null): string {
  return etaMs === null ? 'time left not known yet' : `about ${formatDuration(etaMs)} left`
}
