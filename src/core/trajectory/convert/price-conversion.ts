import type { Trajectory, TrajectoryStep } from '../../../contract/harbor/trajectory.ts'
import type { PriceOf } from '../../prices/prices.ts'
import type { Conversion } from './converter.ts'

/** Says in `extra` of metrics that a cost was not told by the agent. */
const BY_LIST = { cost_source: 'list_prices' } as const

/** Of the job, for steps that do not name their own model. */
interface JobModel {
  readonly provider: string | null
  readonly name: string | null
}

/**
 * The same conversion with the cost of each step by list where its log has none, and of the whole where the agent named
 * none and all of it could be priced.
 */
export function priceConversion(conversion: Conversion, priceOf: PriceOf, model: JobModel): Conversion {
  const pricing = createPricing(priceOf, model)
  let subagents: Trajectory[] | undefined
  const priced = (): number | null => {
    const { outputTokens } = conversion.totals().usage
    subagents ??= (conversion.tail().subagent_trajectories ?? []).map((trajectory) => pricing.trajectory(trajectory))
    return outputTokens === null ? null : pricing.total()
  }
  return {
    head: conversion.head,
    async *steps() {
      for await (const step of conversion.steps()) yield pricing.step(step)
    },
    tail() {
      const total = priced()
      const { final_metrics, ...tail } = conversion.tail()
      return {
        ...tail,
        ...(subagents === undefined || subagents.length === 0 ? {} : { subagent_trajectories: subagents }),
        final_metrics: total === null ? final_metrics : withTotal(final_metrics, total),
      }
    },
    totals() {
      const totals = conversion.totals()
      const costUsd = totals.usage.costUsd === null ? priced() : null
      return costUsd === null ? totals : { ...totals, usage: { ...totals.usage, costUsd, costIsEstimate: true } }
    },
  }
}

interface Pricing {
  step(step: TrajectoryStep): TrajectoryStep
  /** With all that is in it. */
  trajectory(trajectory: Trajectory): Trajectory
  /** Of every step so far; null: some could not be priced, or there was nothing to price. */
  total(): number | null
}

function createPricing(priceOf: PriceOf, model: JobModel): Pricing {
  let sum = 0
  let known = true
  const pricing: Pricing = {
    step(step) {
      const { metrics } = step
      const used = (metrics?.prompt_tokens ?? 0) + (metrics?.completion_tokens ?? 0)
      if (metrics == null || used <= 0 || step.is_copied_context === true) return step
      const cost = metrics.cost_usd ?? priceOfStep(step, metrics, priceOf, model)
      if (cost === null) known = false
      else sum += cost
      if (cost === null || metrics.cost_usd != null) return step
      return { ...step, metrics: { ...metrics, cost_usd: cost, extra: { ...metrics.extra, ...BY_LIST } } }
    },
    trajectory: ({ subagent_trajectories: inner, ...trajectory }) => ({
      ...trajectory,
      steps: trajectory.steps.map((step) => pricing.step(step)),
      ...(inner == null ? {} : { subagent_trajectories: inner.map((one) => pricing.trajectory(one)) }),
    }),
    total: () => (known && sum > 0 ? sum : null),
  }
  return pricing
}

type Metrics = NonNullable<TrajectoryStep['metrics']>

function priceOfStep(step: TrajectoryStep, metrics: Metrics, priceOf: PriceOf, model: JobModel): number | null {
  const name = step.model_name ?? model.name
  if (name === null || metrics.completion_tokens == null) return null
  const inputTokens = metrics.prompt_tokens ?? 0
  const cachedTokens = Math.min(metrics.cached_tokens ?? 0, inputTokens)
  const written = metrics.extra?.['cache_creation_input_tokens'] ?? metrics.extra?.['cache_write_input_tokens']
  return priceOf({
    model: name,
    provider: model.provider,
    inputTokens,
    cachedTokens,
    cacheWriteTokens: typeof written === 'number' && written > 0 ? written : 0,
    outputTokens: metrics.completion_tokens,
    at: step.timestamp ?? null,
  })
}

function withTotal(metrics: Trajectory['final_metrics'], total: number): Trajectory['final_metrics'] {
  if (metrics?.total_cost_usd != null) return metrics
  return { ...metrics, total_cost_usd: total, extra: { ...metrics?.extra, ...BY_LIST } }
}
