import type { Usage } from '../../../../contract/trial.ts'
import { countOf, type Fields } from '../fields.ts'

/**
 * Tokens of the `stats` of a result, subagents included; null where nothing was counted: it writes zeros then. What is no
 * input is output: `output_tokens` leaves the thoughts out, Harbor counts them.
 */
export function toUsage(stats: Fields): Usage | null {
  const inputTokens = countOf(stats, 'input_tokens')
  const outputTokens = countOf(stats, 'output_tokens')
  const total = countOf(stats, 'total_tokens')
  if ((inputTokens ?? 0) === 0 && (outputTokens ?? 0) === 0) return null
  const rest = total === null || inputTokens === null ? 0 : total - inputTokens
  return {
    inputTokens,
    cachedTokens: countOf(stats, 'cached'),
    outputTokens: outputTokens === null ? null : Math.max(outputTokens, rest),
    costUsd: null,
  }
}
