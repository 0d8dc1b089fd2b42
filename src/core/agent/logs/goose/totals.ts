import type { Usage } from '../../../../contract/trial.ts'
import { countOf, numberOf, type Fields } from '../fields.ts'

/** Totals of a `complete` event; input includes cached tokens. Versions before 1.37 say only the sum of all tokens. */
export function usageOfComplete(event: Fields): Usage {
  return {
    inputTokens: countOf(event, 'input_tokens'),
    cachedTokens: countOf(event, 'cache_read_input_tokens'),
    outputTokens: countOf(event, 'output_tokens'),
    costUsd: numberOf(event, 'cost_usd'),
  }
}
