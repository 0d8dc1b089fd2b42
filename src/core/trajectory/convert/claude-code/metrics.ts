import type { Trajectory, TrajectoryStep } from '../../../../contract/harbor/trajectory.ts'
import type { Usage } from '../../../../contract/trial.ts'
import { asRecord, countOf, textOf, type Fields } from '../../../agent/logs/fields.ts'

type Metrics = NonNullable<TrajectoryStep['metrics']>

/**
 * A message's usage as Harbor keeps it: all three kinds of input together, everything else as it came. `isFinal`: false
 * where the output is that of the message's beginning.
 */
export function toMetrics(usage: unknown, isFinal: boolean): Metrics | null {
  const fields = asRecord(usage)
  if (fields === null) return null
  const cached = countOf(fields, 'cache_read_input_tokens') ?? 0
  const created = countOf(fields, 'cache_creation_input_tokens') ?? 0
  const rest = Object.entries(fields).filter(([key]) => key !== 'input_tokens' && key !== 'output_tokens')
  return {
    prompt_tokens: (countOf(fields, 'input_tokens') ?? 0) + cached + created,
    ...(isFinal ? { completion_tokens: countOf(fields, 'output_tokens') ?? 0 } : {}),
    cached_tokens: cached,
    ...(rest.length === 0 ? {} : { extra: Object.fromEntries(rest) }),
  }
}

/** Adds up what the steps say. */
export interface StepTotals {
  see(step: TrajectoryStep): void
  usage(): Omit<Usage, 'costUsd'>
  finalMetrics(usage: Usage): NonNullable<Trajectory['final_metrics']>
}

export function createStepTotals(): StepTotals {
  const prompt = createSum()
  const completion = createSum()
  const cached = createSum()
  const created = createSum()
  const read = createSum()
  const tiers = new Set<string>()
  let steps = 0
  return {
    see: ({ metrics }) => {
      steps += 1
      prompt.add(metrics?.prompt_tokens)
      completion.add(metrics?.completion_tokens)
      cached.add(metrics?.cached_tokens)
      const extra = metrics?.extra ?? {}
      created.add(countOf(extra, 'cache_creation_input_tokens'))
      read.add(countOf(extra, 'cache_read_input_tokens'))
      const tier = textOf(extra, 'service_tier')
      if (tier !== null && tiers.size < MAX_TIERS) tiers.add(tier)
    },
    usage: () => ({ inputTokens: prompt.value(), cachedTokens: cached.value(), outputTokens: completion.value() }),
    finalMetrics: (usage) => {
      const extra = {
        ...(tiers.size === 0 ? {} : { service_tiers: [...tiers].toSorted() }),
        ...withValue('total_cache_creation_input_tokens', created.value()),
        ...withValue('total_cache_read_input_tokens', read.value()),
      }
      return {
        ...withValue('total_prompt_tokens', usage.inputTokens),
        ...withValue('total_completion_tokens', usage.outputTokens),
        ...withValue('total_cached_tokens', usage.cachedTokens),
        ...withValue('total_cost_usd', usage.costUsd),
        total_steps: steps,
        ...(Object.keys(extra).length === 0 ? {} : { extra }),
      }
    },
  }
}

const MAX_TIERS = 100

/** Null until something was added. */
function createSum(): { add(value: number | null | undefined): void; value(): number | null } {
  let sum: number | null = null
  return {
    add: (value) => {
      if (value !== null && value !== undefined) sum = (sum ?? 0) + value
    },
    value: () => sum,
  }
}

function withValue(key: string, value: number | null): Fields {
  return value === null ? {} : { [key]: value }
}
