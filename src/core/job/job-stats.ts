import type { JobResult } from '../../contract/harbor/job-result.ts'
import { toNumber } from '../../contract/harbor/number.ts'
import type { Usage } from '../../contract/trial.ts'
import { rewardKey } from './harbor-json.ts'
import type { FinishedTrial } from './finished-trial.ts'
import { passAtK } from './pass-at-k.ts'

export type MetricType = 'mean' | 'sum' | 'min' | 'max'

export interface JobCounts {
  readonly totalTrials: number
  readonly running: number
  readonly retries: number
  /** Without any: the mean, as in Harbor. */
  readonly metrics: readonly MetricType[]
  /** Those of datasets that have their own, by name. */
  readonly datasetMetrics: ReadonlyMap<string, readonly MetricType[]>
  /** Adds pass@k, which Harbor computes at the end of a job only. */
  readonly final: boolean
}

type JobStats = JobResult['stats']
type EvalStats = JobStats['evals'][string]

/** `stats` of a job's result.json, by Harbor's rules. */
export function toJobStats(trials: readonly FinishedTrial[], job: JobCounts): JobStats {
  const usage = totalUsage(trials)
  const groups = Map.groupBy(trials, evalKey)
  return {
    n_completed_trials: trials.length,
    n_errored_trials: trials.filter((trial) => trial.exceptionType !== null).length,
    n_running_trials: job.running,
    n_pending_trials: Math.max(job.totalTrials - trials.length - job.running, 0),
    n_cancelled_trials: trials.filter((trial) => trial.exceptionType === 'CancelledError').length,
    n_retries: job.retries,
    evals: Object.fromEntries([...groups].map(([key, group]) => [key, statsOf(group, job)])),
    n_input_tokens: usage.inputTokens,
    n_cache_tokens: usage.cachedTokens,
    n_output_tokens: usage.outputTokens,
    cost_usd: usage.costUsd,
  }
}

function evalKey(trial: FinishedTrial): string {
  const model = trial.model === null ? [] : [trial.model.slice(trial.model.indexOf('/') + 1)]
  return [trial.agent, ...model, trial.source ?? 'adhoc'].join('__')
}

function statsOf(trials: readonly FinishedTrial[], job: JobCounts): EvalStats {
  const { final } = job
  const metrics = job.datasetMetrics.get(trials[0]?.source ?? '') ?? job.metrics
  const rewarded = trials.filter((trial) => trial.rewards !== null)
  const exceptionStats: Record<string, string[]> = {}
  for (const { exceptionType, trialName } of trials) {
    if (exceptionType !== null) (exceptionStats[exceptionType] ??= []).push(trialName)
  }
  return {
    n_trials: rewarded.length,
    n_errors: trials.filter((trial) => trial.exceptionType !== null).length,
    metrics: (metrics.length === 0 ? (['mean'] as const) : metrics).map((metric) => metricOf(metric, trials)),
    pass_at_k: final ? passAtK(trials) : {},
    reward_stats: rewardStatsOf(rewarded),
    exception_stats: exceptionStats,
  }
}

/** Trials by reward key and value; 1 and 1.0 are one value, printed as it came first. */
function rewardStatsOf(trials: readonly FinishedTrial[]): EvalStats['reward_stats'] {
  const stats = new Map<string, Map<number, { text: string; trialNames: string[] }>>()
  for (const { rewards, trialName } of trials) {
    for (const [key, value] of Object.entries(rewards ?? {})) {
      const values = stats.get(key) ?? new Map<number, { text: string; trialNames: string[] }>()
      const entry = values.get(toNumber(value)) ?? { text: rewardKey(value), trialNames: [] }
      entry.trialNames.push(trialName)
      stats.set(key, values.set(toNumber(value), entry))
    }
  }
  return Object.fromEntries(
    [...stats].map(([key, values]) => [
      key,
      Object.fromEntries([...values.values()].map(({ text, trialNames }) => [text, trialNames])),
    ]),
  )
}

/** A trial without rewards counts as 0; so does a key that a trial does not have, where there are several keys. */
function metricOf(metric: MetricType, trials: readonly FinishedTrial[]): Record<string, number> {
  const keys = [...new Set(trials.flatMap((trial) => Object.keys(trial.rewards ?? {})))]
  const valuesOf = (key: string): number[] =>
    trials.map((trial) => {
      const value = trial.rewards?.[key]
      return value === undefined ? 0 : toNumber(value)
    })
  const [only] = keys
  if (keys.length <= 1)
    return { [metric]: aggregate(metric, only === undefined ? trials.map(() => 0) : valuesOf(only)) }
  return Object.fromEntries(keys.map((key) => [key, aggregate(metric, valuesOf(key))]))
}

function aggregate(metric: MetricType, values: readonly number[]): number {
  if (values.length === 0) return 0
  const sum = values.reduce((total, value) => total + value, 0)
  switch (metric) {
    case 'sum':
      return sum
    case 'mean':
      return sum / values.length
    case 'min':
      return Math.min(...values)
    case 'max':
      return Math.max(...values)
  }
}

/** Sums over all trials; null where no trial measured it. */
function totalUsage(trials: readonly FinishedTrial[]): Usage {
  const sum = (key: Exclude<keyof Usage, 'costIsEstimate'>): number | null => {
    const values = trials.map((trial) => trial.usage[key]).filter((value) => value !== null)
    return values.length === 0 ? null : values.reduce((total, value) => total + value, 0)
  }
  return {
    inputTokens: sum('inputTokens'),
    cachedTokens: sum('cachedTokens'),
    outputTokens: sum('outputTokens'),
    costUsd: sum('costUsd'),
  }
}
