import type { Trajectory } from '../../../../contract/harbor/trajectory.ts'
import type { Usage } from '../../../../contract/trial.ts'
import { NOT_MEASURED } from '../../../agent/agent.ts'

/** Sums where nothing was counted leave a number out. */
export function toFinalMetrics(usages: readonly Usage[], steps: number): Trajectory['final_metrics'] {
  const { inputTokens, outputTokens, cachedTokens } = sumUsages(usages)
  return {
    ...(inputTokens ? { total_prompt_tokens: inputTokens } : {}),
    ...(outputTokens ? { total_completion_tokens: outputTokens } : {}),
    ...(cachedTokens ? { total_cached_tokens: cachedTokens } : {}),
    total_steps: steps,
  }
}

/** Null where none is measured. */
export function sumUsages(usages: readonly Usage[]): Usage {
  return usages.reduce(
    (sum, usage) => ({
      inputTokens: add(sum.inputTokens, usage.inputTokens),
      cachedTokens: add(sum.cachedTokens, usage.cachedTokens),
      outputTokens: add(sum.outputTokens, usage.outputTokens),
      costUsd: null,
    }),
    NOT_MEASURED,
  )
}

function add(one: number | null, other: number | null): number | null {
  return one === null ? other : other === null ? one : one + other
}
