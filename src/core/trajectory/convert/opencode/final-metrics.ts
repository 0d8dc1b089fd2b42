import type { Trajectory } from '../../../../contract/harbor/trajectory.ts'
import type { Usage } from '../../../../contract/trial.ts'

/** Harbor's totals: what is nothing is left out. */
export function toFinalMetrics(
  { inputTokens, outputTokens, cachedTokens, costUsd }: Usage,
  steps: number,
): NonNullable<Trajectory['final_metrics']> {
  return {
    ...(isSome(inputTokens) ? { total_prompt_tokens: inputTokens } : {}),
    ...(isSome(outputTokens) ? { total_completion_tokens: outputTokens } : {}),
    ...(isSome(cachedTokens) ? { total_cached_tokens: cachedTokens } : {}),
    ...(isSome(costUsd) ? { total_cost_usd: costUsd } : {}),
    total_steps: steps,
  }
}

function isSome(value: number | null): value is number {
  return value !== null && value !== 0
}
