import type { Usage } from '../../../contract/trial.ts'
import { countOf, numberOf, recordOf, textOf, type Fields } from '../logs/fields.ts'

/** Tokens of a prompt's answer; null: it says nothing of them. */
export function promptUsage(response: Fields): Omit<Usage, 'costUsd'> | null {
  const usage = recordOf(response, 'usage')
  if (usage === null) return quotaUsage(response)
  const input = countOf(usage, 'inputTokens')
  const output = countOf(usage, 'outputTokens')
  const read = countOf(usage, 'cachedReadTokens')
  if (input === null && output === null && read === null) return null
  return {
    inputTokens: input === null ? null : input + cachedBeside(usage, input),
    cachedTokens: read,
    outputTokens: output,
  }
}

/** Gemini CLI's own account, under a name of its own. */
function quotaUsage(response: Fields): Omit<Usage, 'costUsd'> | null {
  const quota = recordOf(recordOf(response, '_meta') ?? {}, 'quota')
  const count = quota === null ? null : recordOf(quota, 'token_count')
  if (count === null) return null
  const inputTokens = countOf(count, 'input_tokens')
  return { inputTokens, cachedTokens: null, outputTokens: countOf(count, 'output_tokens') }
}

/** What a session cost so far in US dollars, as a usage update tells it; null: not told, or in another currency. */
export function costOf(update: Fields): number | null {
  const cost = recordOf(update, 'cost')
  if (cost === null || textOf(cost, 'currency')?.toUpperCase() !== 'USD') return null
  return numberOf(cost, 'amount')
}

/** Cached tokens that the input tokens leave out: the sum of all kinds shows whether they do. */
function cachedBeside(usage: Fields, input: number): number {
  const cached = (countOf(usage, 'cachedReadTokens') ?? 0) + (countOf(usage, 'cachedWriteTokens') ?? 0)
  const total = countOf(usage, 'totalTokens') ?? 0
  const beside = input + (countOf(usage, 'outputTokens') ?? 0) + cached
  return cached > 0 && total >= beside ? cached : 0
}
