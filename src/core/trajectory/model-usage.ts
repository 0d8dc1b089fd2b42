import type { Trajectory } from '../../contract/harbor/trajectory.ts'
import type { TrialResult } from '../../contract/harbor/trial-result.ts'
import { validateTrajectory } from './validate.ts'

/** What each model used, by its name; as it stands in Harbor's result.json. */
export type ModelUsage = NonNullable<NonNullable<TrialResult['agent_result']>['model_usage']>

/**
 * Of a trajectory.json, which may be whatever an agent wrote; null where it is none, is not valid, is nested without end,
 * counts what no number holds, or says of no model what it used.
 */
export function modelUsageOf(text: string): ModelUsage | null {
  try {
    const { trajectory, errors } = validateTrajectory(JSON.parse(text))
    if (trajectory === null || errors.length > 0) return null
    const usage = sumByModel(trajectory)
    return usage.size === 0 || ![...usage.values()].every(isCounted) ? null : Object.fromEntries(usage)
  } catch (thrown) {
    if (thrown instanceof SyntaxError || thrown instanceof RangeError) return null
    throw thrown
  }
}

function isCounted({ n_input_tokens, n_cache_tokens, n_output_tokens, cost_usd }: ModelUsage[string]): boolean {
  const counts = [n_input_tokens, n_cache_tokens, n_output_tokens]
  return counts.every(Number.isSafeInteger) && (cost_usd === null || Number.isFinite(cost_usd))
}

/**
 * The steps' tokens and costs by model, subagents included. A step without a model's name is one of its trajectory's
 * model. Where one that used tokens has no cost, its model has none: a part is no total.
 */
function sumByModel(trajectory: Trajectory): ReadonlyMap<string, ModelUsage[string]> {
  const usage = new Map<string, ModelUsage[string]>()
  const unpriced = new Set<string>()
  for (const { model, metrics } of stepsOf(trajectory)) {
    const { n_input_tokens, n_cache_tokens, n_output_tokens, cost_usd } = usage.get(model) ?? NOTHING
    const { prompt_tokens, cached_tokens, completion_tokens, cost_usd: cost } = metrics
    if (cost == null && ((prompt_tokens ?? 0) !== 0 || (completion_tokens ?? 0) !== 0)) unpriced.add(model)
    usage.set(model, {
      n_input_tokens: n_input_tokens + (prompt_tokens ?? 0),
      n_cache_tokens: n_cache_tokens + (cached_tokens ?? 0),
      n_output_tokens: n_output_tokens + (completion_tokens ?? 0),
      cost_usd: cost == null ? cost_usd : (cost_usd ?? 0) + cost,
    })
  }
  for (const model of unpriced) usage.set(model, { ...(usage.get(model) ?? NOTHING), cost_usd: null })
  return usage
}

const NOTHING: ModelUsage[string] = { n_input_tokens: 0, n_cache_tokens: 0, n_output_tokens: 0, cost_usd: null }

interface MeasuredStep {
  readonly model: string
  readonly metrics: NonNullable<Trajectory['steps'][number]['metrics']>
}

function* stepsOf({ agent, steps, subagent_trajectories: subagents }: Trajectory): Generator<MeasuredStep> {
  for (const { model_name: name, metrics } of steps) {
    // As in Harbor, an empty name is none.
    const model = (name ?? '') === '' ? agent.model_name : name
    if (model != null && metrics != null) yield { model, metrics }
  }
  for (const subagent of subagents ?? []) yield* stepsOf(subagent)
}
