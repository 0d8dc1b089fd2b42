import type { JobConfig } from '../../contract/harbor/job-config.ts'
import { costOf, countEstimates } from '../../core/analysis/measured.ts'
import type { TrialRow } from '../../core/job/ports.ts'
import type { Found } from '../../engine/engine.ts'
import { displayPath, hintsFor, renderRates, renderTrialTable } from '../report.ts'
import { formatDuration, formatMoney, formatTime, NOT_MEASURED, plural } from '../text/format.ts'
import { plainLine } from '../text/plain.ts'
import type { TableOptions } from '../text/table.ts'

type FoundJob = Extract<Found, { kind: 'job' }>

/** A job: the answer first, then its trials, then how it was set up. `place`: see placeFlag. */
export function renderJob(
  found: FoundJob,
  config: JobConfig | null,
  options: TableOptions & { readonly cwd: string; readonly place: string },
): string[] {
  const { job, trials, directory } = found
  return [
    ...renderRates(trials),
    describeState(found),
    `Spend: ${describeSpend(trials)}`,
    '',
    ...renderTrialTable(trials, options),
    '',
    ...(config === null ? [] : [`Settings: ${describeConfig(config)}`]),
    `Backend: ${job.backend ?? 'not known'}`,
    `Folder: ${displayPath(directory, options.cwd)}`,
    ...hintsFor(trials, options.place),
    ...(job.state === 'cancelled' || job.state === 'interrupted'
      ? [`What is left: tbcc resume ${job.jobName}${options.place}`]
      : []),
  ]
}

function describeState({ job, trials }: FoundJob): string {
  const ended = trials.filter(({ state }) => state === 'finished').length
  const missing = job.totalTrials - ended
  const end = job.finishedAt === null ? null : Date.parse(job.finishedAt)
  const duration =
    job.startedAt === null || end === null
      ? ''
      : ` in ${formatDuration(end - Date.parse(job.startedAt) - job.pausedMs)}`
  const rest = missing > 0 ? `, ${plural(missing, 'trial')} without a result` : ''
  return `${job.jobName}: ${job.state}${duration}, started ${formatTime(job.startedAt)}${rest}`
}

/** Trials that measured nothing are said to be missing from the sum, not counted as free. */
function describeSpend(trials: readonly TrialRow[]): string {
  const measured = trials.filter(({ costUsd }) => costUsd !== null)
  if (measured.length === 0) return NOT_MEASURED
  const { costUsd, costIsEstimate } = costOf(measured)
  const rest = trials.length - measured.length
  return [
    formatMoney(costUsd, costIsEstimate),
    ...(costIsEstimate ? [`${countEstimates(measured)} by price lists`] : []),
    ...(rest === 0 ? [] : [`${rest} of ${plural(trials.length, 'trial')} not measured`]),
  ].join(', ')
}

function describeConfig(config: JobConfig): string {
  const agents = config.agents.map(({ name, model_name: model }) =>
    [name ?? 'oracle', ...(model === null ? [] : [model])].join(' '),
  )
  const sources = [
    ...config.datasets.map(({ path, name }) => path ?? name ?? ''),
    ...config.tasks.map(({ path, name }) => path ?? name ?? ''),
  ]
  const parts = [
    agents.join(', '),
    plural(config.n_attempts, 'attempt'),
    `${config.n_concurrent_trials} at once`,
    ...(config.retry.max_retries > 0 ? [plural(config.retry.max_retries, 'retry')] : []),
    ...(config.timeout_multiplier === 1 ? [] : [`timeouts ×${config.timeout_multiplier}`]),
    ...Object.keys(config.environment.kwargs).map((key) => `${key} set`),
    `tasks of ${sources.slice(0, 3).join(', ')}${sources.length > 3 ? ', …' : ''}`,
  ]
  return plainLine(parts.join('; '))
}
