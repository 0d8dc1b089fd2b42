import type { Usage } from '../../../../contract/trial.ts'
import { countOf, type Fields } from '../fields.ts'

/** Input includes cached tokens, output the thoughts. Null where nothing was counted: it writes zeros then. */
export function toUsage(fields: Fields): Usage | null {
  const inputTokens = countOf(fields, 'input_tokens')
  const outputTokens = countOf(fields, 'output_tokens')
  if ((inputTokens ?? 0) === 0 && (outputTokens ?? 0) === 0) return null
  return { inputTokens, cachedTokens: countOf(fields, 'cache_read_input_tokens'), outputTokens, costUsd: null }
}

export function addUsage(one: Usage, other: Usage): Usage {
  return {
    inputTokens: add(one.inputTokens, other.inputTokens),
    cachedTokens: add(one.cachedTokens, other.cachedTokens),
    outputTokens: add(one.outputTokens, other.outputTokens),
    costUsd: null,
  }
}

function add(one: number | null, other: number | null): number | null {
  return one === null ? other : other === null ? one : one + other
}
