import type { Trajectory, TrajectoryStep } from '../../../../contract/harbor/trajectory.ts'
import { asRecord, countOf } from '../../../agent/logs/fields.ts'
import { piTokensOf, type PiTokens } from '../../../agent/logs/pi/usage.ts'

export type Metrics = NonNullable<TrajectoryStep['metrics']>

/** Null: nothing is said of it. */
export function toMetrics(usage: unknown): Metrics | null {
  const record = asRecord(usage)
  const tokens = record === null ? null : piTokensOf(record)
  return tokens === null ? null : fromTokens(tokens)
}

export function addMetrics(first: Metrics | null, second: Metrics): Metrics {
  if (first === null) return second
  const cost = first.cost_usd ?? second.cost_usd ?? null
  return {
    prompt_tokens: (first.prompt_tokens ?? 0) + (second.prompt_tokens ?? 0),
    completion_tokens: (first.completion_tokens ?? 0) + (second.completion_tokens ?? 0),
    cached_tokens: (first.cached_tokens ?? 0) + (second.cached_tokens ?? 0),
    ...(cost === null ? {} : { cost_usd: (first.cost_usd ?? 0) + (second.cost_usd ?? 0) }),
    extra: Object.fromEntries(EXTRA.map((key) => [key, extraOf(first, key) + extraOf(second, key)])),
  }
}

/** Totals over the conversation as it ended. */
export function toFinalMetrics(total: Metrics | null, steps: number): NonNullable<Trajectory['final_metrics']> {
  return {
    total_prompt_tokens: total?.prompt_tokens ?? 0,
    total_completion_tokens: total?.completion_tokens ?? 0,
    total_cached_tokens: total?.cached_tokens ?? 0,
    ...(total?.cost_usd === undefined ? {} : { total_cost_usd: total.cost_usd }),
    total_steps: steps,
    extra: Object.fromEntries(EXTRA.map((key) => [key, total === null ? 0 : extraOf(total, key)])),
  }
}

const EXTRA = ['cache_write_tokens', 'reasoning_tokens', 'pi_total_tokens'] as const

function fromTokens({ input, output, cacheRead, cacheWrite, reasoning, total, costUsd }: PiTokens): Metrics {
  return {
    prompt_tokens: input + cacheRead + cacheWrite,
    completion_tokens: output,
    cached_tokens: cacheRead,
    ...(costUsd === null ? {} : { cost_usd: costUsd }),
    extra: { cache_write_tokens: cacheWrite, reasoning_tokens: reasoning, pi_total_tokens: total },
  }
}

function extraOf({ extra }: Metrics, key: (typeof EXTRA)[number]): number {
  return countOf(extra ?? {}, key) ?? 0
}
