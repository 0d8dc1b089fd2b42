import { z } from 'zod'
import type { Usage } from '../../contract/trial.ts'

const Count = z.number().int().nonnegative().nullish().catch(null)
const Cost = z.number().nonnegative().nullish().catch(null)

const Document = z.object({
  final_metrics: z
    .object({
      total_prompt_tokens: Count,
      total_cached_tokens: Count,
      total_completion_tokens: Count,
      total_cost_usd: Cost,
    })
    .nullish(),
})

/** The totals that a trajectory.json states; null where it states none, or is none. */
export function usageOfTrajectory(text: string): Usage | null {
  const totals = Document.safeParse(parseJson(text)).data?.final_metrics
  if (totals == null) return null
  return {
    inputTokens: totals.total_prompt_tokens ?? null,
    cachedTokens: totals.total_cached_tokens ?? null,
    outputTokens: totals.total_completion_tokens ?? null,
    costUsd: totals.total_cost_usd ?? null,
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
