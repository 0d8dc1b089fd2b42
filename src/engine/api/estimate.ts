import type { RunReader, TrialRow } from '../../core/job/ports.ts'
import { groupBy, whoOf } from '../../core/analysis/group.ts'
import { median } from '../../core/analysis/measured.ts'
import type { PreparedJob } from '../engine.ts'

export interface PastEstimate {
  readonly durationMs: number | null
  readonly costUsd: number | null
  readonly unknownTrials: number
}

/** So many past trials are looked at. */
const LOOKED_AT = 5000

/** What a job may take, by past trials of the same tasks by the same agents and models. */
export async function estimateFromPast(job: PreparedJob, index: Pick<RunReader, 'queryTrials'>): Promise<PastEstimate> {
  const distinct = (names: readonly string[]): string[] => [...new Set(names)]
  const { trials: past } = await index.queryTrials({
    filter: {
      states: ['finished'],
      backends: [job.backend.name],
      tasks: distinct(job.trials.map(({ taskName }) => taskName)),
      agents: distinct(job.trials.map(({ agent }) => agent)),
      models: distinct(job.trials.map(({ model }) => model ?? '')),
    },
    sort: { column: 'startedAt', descending: true },
    offset: 0,
    limit: LOOKED_AT,
  })
  const known = groupBy(past, keyOf)
  const matches = job.trials.map((trial) => known.get(keyOf(trial)) ?? null)
  const durations = matches.flatMap((of) => middle(of, ({ durationMs }) => durationMs) ?? [])
  const costs = matches.flatMap((of) => middle(of, ({ costUsd }) => costUsd) ?? [])
  return {
    durationMs: durations.length === 0 ? null : spread(durations, job.trials.length, job.config.n_concurrent_trials),
    costUsd: costs.length === 0 ? null : costs.reduce((sum, cost) => sum + cost, 0),
    unknownTrials: matches.filter((of) => of === null).length,
  }
}

function keyOf(trial: Pick<TrialRow, 'taskName' | 'agent' | 'model'>): string {
  return `${trial.taskName}\0${whoOf(trial)}`
}

function middle(rows: readonly TrialRow[] | null, valueOf: (row: TrialRow) => number | null): number | null {
  return rows === null ? null : median(rows.flatMap((row) => valueOf(row) ?? []))
}

/** So many at once; trials without a past one take as long as the others do, and the longest is waited for. */
function spread(durations: readonly number[], trials: number, concurrency: number): number {
  const mean = durations.reduce((sum, duration) => sum + duration, 0) / durations.length
  return Math.max((mean * trials) / Math.min(concurrency, trials), ...durations)
}
