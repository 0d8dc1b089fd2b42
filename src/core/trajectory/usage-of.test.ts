import { expect, it } from 'vitest'
import { usageOfTrajectory } from './usage-of.ts'

it('reads what a trajectory says it used, each number for itself', () => {
  const totals = { total_prompt_tokens: 12, total_cached_tokens: -1, total_completion_tokens: 'x', total_cost_usd: 0.5 }
  expect(usageOfTrajectory(JSON.stringify({ steps: [], final_metrics: totals }))).toEqual({
    inputTokens: 12,
    cachedTokens: null,
    outputTokens: null,
    costUsd: 0.5,
  })
})

it.each(['', 'null', '{}', '{"final_metrics":null}', '[1]'])('finds nothing in %j', (text) => {
  expect(usageOfTrajectory(text)).toBeNull()
})
