import type { ListedTrial } from '../../contract/api/trials.ts'

interface Cost {
  /** Null: nothing of it was measured. */
  readonly costUsd: number | null
  /** By price lists, any of it. */
  readonly costIsEstimate: boolean
}

/** A sum with what trials that still run have cost so far: their rows say it at their end only. */
export function withLiveCost(ended: Cost, running: Iterable<Pick<ListedTrial, 'costUsd' | 'live'>>): Cost {
  let sum = ended
  for (const { costUsd, live } of running) {
    if (costUsd !== null || live === null || live.usage.costUsd === null) continue
    sum = {
      costUsd: (sum.costUsd ?? 0) + live.usage.costUsd,
      costIsEstimate: sum.costIsEstimate || live.usage.costIsEstimate === true,
    }
  }
  return sum
}
