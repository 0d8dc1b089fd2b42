import type { Usage } from '../../../../contract/trial.ts'
import { NOT_MEASURED } from '../../agent.ts'
import { countOf, numberOf, recordOf, type Fields } from '../fields.ts'

/** What one request used, in pi's own buckets: none of them is part of another but `reasoning`, which is in `output`. */
export interface PiTokens {
  readonly input: number
  readonly output: number
  readonly cacheRead: number
  readonly cacheWrite: number
  readonly reasoning: number
  readonly total: number
  /** Null: nothing to pay, or a price that is not known. */
  readonly costUsd: number | null
}

const KNOWN = ['input', 'output', 'cacheRead', 'cacheWrite', 'reasoning', 'totalTokens', 'cost']

/** Null: nothing is said at all. */
export function piTokensOf(used: Fields): PiTokens | null {
  if (!KNOWN.some((key) => key in used)) return null
  const cost = numberOf(recordOf(used, 'cost') ?? {}, 'total') ?? 0
  return {
    input: countOf(used, 'input') ?? 0,
    output: countOf(used, 'output') ?? 0,
    cacheRead: countOf(used, 'cacheRead') ?? 0,
    cacheWrite: countOf(used, 'cacheWrite') ?? 0,
    reasoning: countOf(used, 'reasoning') ?? 0,
    total: countOf(used, 'totalTokens') ?? 0,
    costUsd: cost > 0 ? cost : null,
  }
}

/** Totals over answers, as Harbor counts them: the input with what the cache gave and took. */
export interface PiUsage {
  /** Whether it said anything. */
  add(used: Fields): boolean
  total(): Usage
}

export function createPiUsage(): PiUsage {
  let total = NOT_MEASURED
  return {
    add: (used) => {
      const tokens = piTokensOf(used)
      // An answer that never came is told with zeros.
      if (tokens === null || tokens.input + tokens.output + tokens.cacheRead + tokens.cacheWrite === 0) return false
      total = {
        inputTokens: (total.inputTokens ?? 0) + tokens.input + tokens.cacheRead + tokens.cacheWrite,
        cachedTokens: (total.cachedTokens ?? 0) + tokens.cacheRead,
        outputTokens: (total.outputTokens ?? 0) + tokens.output,
        costUsd: tokens.costUsd === null ? total.costUsd : (total.costUsd ?? 0) + tokens.costUsd,
      }
      return true
    },
    total: () => total,
  }
}
