import type { Usage } from '../../contract/trial.ts'
import { NOT_MEASURED } from './agent.ts'

/** What several runs used together. Unknown counts as nothing beside what is known; null where none is known. */
export function sumUsage(...usages: readonly Usage[]): Usage {
  return usages.reduce(
    (one, other) => ({
      ...(isEstimate(one) || isEstimate(other) ? { costIsEstimate: true } : {}),
      inputTokens: add(one.inputTokens, other.inputTokens),
      cachedTokens: add(one.cachedTokens, other.cachedTokens),
      outputTokens: add(one.outputTokens, other.outputTokens),
      costUsd: add(one.costUsd, other.costUsd),
    }),
    NOT_MEASURED,
  )
}

function isEstimate({ costUsd, costIsEstimate }: Usage): boolean {
  return costUsd !== null && costIsEstimate === true
}

function add(one: number | null, other: number | null): number | null {
  return one === null ? other : other === null ? one : one + other
}
