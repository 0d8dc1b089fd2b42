import type { Usage } from '../../contract/trial.ts'
import type { PriceOf } from './prices.ts'

/** Estimates the cost of a run while it goes on, for agents that name none. */
export interface CostMeter {
  /** The same totals; where they have no cost, with what the calls so far cost by list. */
  see(usage: Usage, model: string | null): Usage
}

/**
 * What the totals grew by since they were last seen is priced as one call. A part that cannot be priced leaves the cost
 * unknown from then on: the rest alone would say too little.
 */
export function createCostMeter(priceOf: PriceOf, job: { readonly provider: string | null }): CostMeter {
  let seen = { inputTokens: 0, cachedTokens: 0, outputTokens: 0 }
  let costUsd: number | null = 0
  const add = (now: typeof seen, model: string): void => {
    const inputTokens = now.inputTokens - seen.inputTokens
    const outputTokens = now.outputTokens - seen.outputTokens
    // Corrected downwards: the next growth counts from there.
    const grew = inputTokens >= 0 && outputTokens >= 0 && inputTokens + outputTokens > 0
    const cachedTokens = Math.min(Math.max(now.cachedTokens - seen.cachedTokens, 0), Math.max(inputTokens, 0))
    seen = now
    if (!grew || costUsd === null) return
    const cost = priceOf({ ...job, model, inputTokens, cachedTokens, cacheWriteTokens: 0, outputTokens, at: null })
    costUsd = cost === null ? null : costUsd + cost
  }
  return {
    see(usage, model) {
      const { inputTokens, cachedTokens, outputTokens } = usage
      if (usage.costUsd !== null || model === null || inputTokens === null || outputTokens === null) return usage
      add({ inputTokens, cachedTokens: cachedTokens ?? 0, outputTokens }, model)
      return costUsd === null || costUsd === 0 ? usage : { ...usage, costUsd, costIsEstimate: true }
    },
  }
}
