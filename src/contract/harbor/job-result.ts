import { z } from 'zod'
import { Float, FloatOrNull, FreeMap, Int, IntOrNull, list, table, TextList, Uuid } from './lax.ts'
import { Moment, MomentOrNull } from './time.ts'

/** Statistics of one agent, model and dataset. */
const EvalStats = table({
  /** Trials with rewards. */
  n_trials: Int.default(0),
  n_errors: Int.default(0),
  metrics: list(FreeMap).default(() => []),
  /** By k. */
  pass_at_k: z.record(z.string(), Float).default(() => ({})),
  /** Trial names by reward key and value, the value as Python prints it: see `rewardKey`. */
  reward_stats: z.record(z.string(), z.record(z.string(), TextList)).default(() => ({})),
  exception_stats: z.record(z.string(), TextList).default(() => ({})),
})

const statsFields = table({
  n_completed_trials: Int.default(0),
  n_errored_trials: Int.default(0),
  n_running_trials: Int.default(0),
  n_pending_trials: Int.default(0),
  n_cancelled_trials: Int.default(0),
  n_retries: Int.default(0),
  evals: z.record(z.string(), EvalStats).default(() => ({})),
  n_input_tokens: IntOrNull,
  n_cache_tokens: IntOrNull,
  n_output_tokens: IntOrNull,
  cost_usd: FloatOrNull,
})

const fields = table({
  id: Uuid,
  started_at: Moment,
  updated_at: MomentOrNull,
  /** Null while the job runs, and after a crash. */
  finished_at: MomentOrNull,
  n_total_trials: Int,
  stats: statsFields,
})

/**
 * `result.json` of a job. Start and end are local times without offset; `updated_at` is UTC while the job runs.
 * Trial results, which Harbor leaves out on disk, are ignored. Older files with a `status` are converted.
 */
export const JobResult = z.preprocess<unknown, typeof fields, z.input<typeof fields>>(migrateStatus, fields)
export type JobResult = z.infer<typeof JobResult>

const COUNTS = [
  'n_completed_trials',
  'n_errored_trials',
  'n_running_trials',
  'n_pending_trials',
  'n_cancelled_trials',
  'n_retries',
]

function migrateStatus(value: unknown): unknown {
  if (!isTable(value)) return value
  const status = isTable(value['status']) ? value['status'] : {}
  const stats = isTable(value['stats']) ? value['stats'] : {}
  const counts = { n_completed_trials: stats['n_trials'], n_errored_trials: stats['n_errors'] }
  const old = pick(status, COUNTS)
  const merged = { ...old, ...dropUnset(counts), ...stats }
  return {
    ...value,
    updated_at: value['updated_at'] ?? status['updated_at'] ?? value['finished_at'] ?? value['started_at'],
    stats: { n_pending_trials: pendingTrials(value, merged), ...merged },
  }
}

function pendingTrials(job: Table, stats: Table): number {
  const count = (value: unknown): number => (typeof value === 'number' ? value : 0)
  return Math.max(
    count(job['n_total_trials']) - count(stats['n_completed_trials']) - count(stats['n_running_trials']),
    0,
  )
}

type Table = Readonly<Record<string, unknown>>

function isTable(value: unknown): value is Table {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function pick(from: Table, keys: readonly string[]): Table {
  return Object.fromEntries(keys.filter((key) => key in from).map((key) => [key, from[key]]))
}

function dropUnset(from: Table): Table {
  return Object.fromEntries(Object.entries(from).filter(([, value]) => value !== undefined))
}
