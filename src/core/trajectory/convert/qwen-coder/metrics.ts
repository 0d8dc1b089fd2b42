import { sumUsage } from '../../../agent/usage.ts'
import type { Trajectory } from '../../../../contract/harbor/trajectory.ts'
import type { Usage } from '../../../../contract/trial.ts'

/** Sums where nothing was counted leave a number out. */
export function toFinalMetrics(usages: readonly Usage[], steps: number): Trajectory['final_metrics'] {
  const { inputTokens, outputTokens, cachedTokens } = sumUsage(...usages)
  return {
    ...(inputTokens ? { total_prompt_tokens: inputTokens } : {}),
    ...(outputTokens ? { total_completion_tokens: outputTokens } : {}),
    ...(cachedTokens ? { total_cached_tokens: cachedTokens } : {}),
    total_steps: steps,
  }
}
