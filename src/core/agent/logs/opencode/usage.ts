import type { Usage } from '../../../../contract/trial.ts'
import { NOT_MEASURED } from '../../agent.ts'
import { countOf, numberOf, recordOf, type Fields } from '../fields.ts'

/** What one step used, in opencode's own buckets: none of them is part of another. */
export interface StepTokens {
  readonly input: number
  readonly output: number
  readonly reasoning: number
  readonly cacheRead: number
  readonly cacheWrite: number
  /** 0: a price that is not known, or nothing to pay. */
  readonly costUsd: number
}

/** Of a part of type step-finish. */
export function tokensOf(part: Fields): StepTokens {
  const tokens = recordOf(part, 'tokens') ?? {}
  const cache = recordOf(tokens, 'cache') ?? {}
  return {
    input: countOf(tokens, 'input') ?? 0,
    output: countOf(tokens, 'output') ?? 0,
    reasoning: countOf(tokens, 'reasoning') ?? 0,
    cacheRead: countOf(cache, 'read') ?? 0,
    cacheWrite: countOf(cache, 'write') ?? 0,
    costUsd: numberOf(part, 'cost') ?? 0,
  }
}

/** Totals over steps, counted as Harbor counts them: the input with what the cache gave, without what it took. */
export interface StepUsage {
  add(part: Fields): Usage
  /** Null as long as no step has said anything. */
  total(): Usage
}

export function createStepUsage(): StepUsage {
  let total = NOT_MEASURED
  return {
    add: (part) => {
      const { input, output, cacheRead, costUsd } = tokensOf(part)
      const cost = (total.costUsd ?? 0) + costUsd
      total = {
        inputTokens: (total.inputTokens ?? 0) + input + cacheRead,
        cachedTokens: (total.cachedTokens ?? 0) + cacheRead,
        outputTokens: (total.outputTokens ?? 0) + output,
        costUsd: cost > 0 ? cost : null,
      }
      return total
    },
    total: () => total,
  }
}
