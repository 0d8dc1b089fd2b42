import type { Combination } from '../../contract/api/stats.ts'
import type { TrialRow } from '../../contract/rows.ts'
import { compareText, groupBy, whoOf } from './group.ts'
import { countEstimates, measure, sumOf } from './measured.ts'
import { rateOf } from './rate.ts'

export const COMBINATION_FIELDS = [
  'agent',
  'model',
  'taskName',
  'backend',
  'state',
  'outcome',
  'blame',
  'reward',
  'costUsd',
  'costIsEstimate',
  'inputTokens',
  'outputTokens',
  'durationMs',
] as const satisfies readonly (keyof TrialRow)[]
export type CombinationRow = Pick<TrialRow, (typeof COMBINATION_FIELDS)[number]>

/** What each agent and model came to, and what it took. */
export function toCombinations(rows: readonly CombinationRow[]): Combination[] {
  const finished = rows.filter(({ state }) => state === 'finished')
  return [...groupBy(finished, whoOf).values()]
    .flatMap((of) => toCombination(of) ?? [])
    .sort((a, b) => b.rate.total - a.rate.total || compareText(whoOf(a), whoOf(b)))
}

function toCombination(rows: readonly CombinationRow[]): Combination | null {
  const [first] = rows
  if (first === undefined) return null
  const costs = rows.map(({ costUsd }) => costUsd)
  return {
    agent: first.agent,
    model: first.model,
    rate: rateOf(rows),
    tasks: new Set(rows.map(({ taskName }) => taskName)).size,
    costUsd: { ...measure(costs), total: sumOf(costs), estimated: countEstimates(rows) },
    tokens: measure(rows.map(tokensOf)),
    durationMs: measure(rows.map(({ durationMs }) => durationMs)),
  }
}

/** In and out; cached ones are among those that went in. */
export function tokensOf(row: Pick<TrialRow, 'inputTokens' | 'outputTokens'>): number | null {
  return sumOf([row.inputTokens, row.outputTokens])
}
