import type { TrajectoryStep } from '../../../../contract/harbor/trajectory.ts'
import { countOf, numberOf, recordOf, type Fields } from '../../../agent/logs/fields.ts'

export interface MessageUsage {
  readonly promptTokens: number
  readonly completionTokens: number
  readonly cachedTokens: number
  readonly reasoningTokens: number
  readonly promptDetails: Fields | null
  readonly completionDetails: Fields | null
}

/** What a message cost in tokens, in the words of either API of OpenAI; null where it says nothing. */
export function usageOf(message: Fields): MessageUsage | null {
  const response = recordOf(recordOf(message, 'extra') ?? {}, 'response') ?? {}
  const own = message['object'] === 'response' ? recordOf(message, 'usage') : null
  const usage = recordOf(response, 'usage') ?? own
  if (usage === null) return null
  const promptDetails = recordOf(usage, 'prompt_tokens_details') ?? recordOf(usage, 'input_tokens_details')
  const completionDetails = recordOf(usage, 'completion_tokens_details') ?? recordOf(usage, 'output_tokens_details')
  return {
    promptTokens: countOf(usage, 'prompt_tokens') ?? countOf(usage, 'input_tokens') ?? 0,
    completionTokens: countOf(usage, 'completion_tokens') ?? countOf(usage, 'output_tokens') ?? 0,
    cachedTokens: countOf(promptDetails ?? {}, 'cached_tokens') ?? 0,
    reasoningTokens: countOf(completionDetails ?? {}, 'reasoning_tokens') ?? 0,
    promptDetails,
    completionDetails,
  }
}

/** Dollars of one message; 0 is what it counts for a model whose price it does not know. */
export function costOf(message: Fields): number | null {
  const cost = numberOf(recordOf(message, 'extra') ?? {}, 'cost')
  return cost === null || cost === 0 ? null : cost
}

export function toMetrics(usage: MessageUsage | null, costUsd: number | null): TrajectoryStep['metrics'] {
  if (usage === null || (usage.promptTokens === 0 && usage.completionTokens === 0)) return undefined
  const extra = {
    ...(usage.promptDetails === null ? {} : { prompt_tokens_details: usage.promptDetails }),
    ...(usage.completionDetails === null ? {} : { completion_tokens_details: usage.completionDetails }),
  }
  return {
    prompt_tokens: usage.promptTokens,
    completion_tokens: usage.completionTokens,
    ...(usage.cachedTokens > 0 ? { cached_tokens: usage.cachedTokens } : {}),
    ...(costUsd === null ? {} : { cost_usd: costUsd }),
    ...(Object.keys(extra).length === 0 ? {} : { extra }),
  }
}
