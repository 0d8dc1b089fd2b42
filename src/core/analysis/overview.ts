import type { Overview } from '../../contract/api/stats.ts'
import type { TrialRow } from '../../contract/rows.ts'
import { ofOneBackend } from './by-backend.ts'
import { compareText, groupBy } from './group.ts'
import { countEstimates, measure, sumOf } from './measured.ts'
import { rateOf } from './rate.ts'

/** The columns that an overview is made from. */
export const OVERVIEW_FIELDS = [
  'backend',
  'state',
  'outcome',
  'blame',
  'reward',
  'steps',
  'durationMs',
  'costUsd',
  'costIsEstimate',
  'difficulty',
  'category',
  'startedAt',
] as const satisfies readonly (keyof TrialRow)[]
export type OverviewRow = Pick<TrialRow, (typeof OVERVIEW_FIELDS)[number]>

const LAST = 50

/** The numbers of the dashboard over the trials of one backend. */
export function toOverview(all: readonly OverviewRow[]): Overview {
  const { backend, otherBackends, rows } = ofOneBackend(all)
  const finished = rows.filter(({ state }) => state === 'finished')
  const newest = [...finished].sort((a, b) => compareText(b.startedAt ?? '', a.startedAt ?? '')).slice(0, LAST)
  const costs = rows.map(({ costUsd }) => costUsd)
  return {
    backend,
    otherBackends,
    rate: rateOf(finished),
    lastFifty: { ...rateOf(newest), since: newest.at(-1)?.startedAt ?? null },
    outcomes: countOutcomes(finished),
    infrastructureErrors: finished.filter(({ blame }) => blame === 'infrastructure').length,
    steps: measure(finished.map(({ steps }) => steps)),
    durationMs: measure(finished.map(({ durationMs }) => durationMs)),
    costUsd: {
      total: sumOf(costs),
      measured: costs.filter((cost) => cost !== null).length,
      estimated: countEstimates(rows),
    },
    running: rows.filter(({ state }) => state === 'running').length,
    byDifficulty: ratesBy(finished, ({ difficulty }) => difficulty),
    byCategory: ratesBy(finished, ({ category }) => category),
  }
}

function countOutcomes(rows: readonly OverviewRow[]): Overview['outcomes'] {
  const counts = { success: 0, failure: 0, timeout: 0, error: 0, aborted: 0, none: 0 }
  for (const { outcome } of rows) counts[outcome ?? 'none'] += 1
  return counts
}

/** Trials whose task says nothing are no group. */
function ratesBy(rows: readonly OverviewRow[], keyOf: (row: OverviewRow) => string | null): Overview['byDifficulty'] {
  return [...groupBy(rows, keyOf)]
    .flatMap(([key, of]) => (key === null ? [] : [{ key, ...rateOf(of) }]))
    .sort((a, b) => b.total - a.total || compareText(a.key, b.key))
}
