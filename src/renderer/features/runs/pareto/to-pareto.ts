import type { Combination } from '../../../../contract/api/stats.ts'

export const METRICS = ['cost', 'tokens', 'time'] as const
export type Metric = (typeof METRICS)[number]

/** An agent and model as a point: how often it resolves against what a trial of it takes. */
export interface ParetoPoint {
  readonly label: string
  readonly combination: Combination
  /** Median of a trial: dollars, tokens or milliseconds. */
  readonly x: number
  /** 0 to 1. */
  readonly y: number
  readonly low: number
  readonly high: number
  /** Nothing else resolves at least as often for less. */
  readonly isBest: boolean
}

export interface Pareto {
  readonly points: readonly ParetoPoint[]
  /** The best ones, the cheapest first. */
  readonly frontier: readonly ParetoPoint[]
  /** Without a figure for this metric: they have no place in the chart, not even at 0. */
  readonly unmeasured: readonly { readonly label: string; readonly combination: Combination }[]
}

export function toPareto(combinations: readonly Combination[], metric: Metric): Pareto {
  const named = combinations.map((combination) => ({ label: labelOf(combination), combination }))
  const placed = named.flatMap(({ label, combination }) => {
    const x = medianOf(combination, metric)
    const { resolved, total, low, high } = combination.rate
    if (x === null || total === 0) return []
    const y = resolved / total
    return [{ label, combination, x, y, low: low ?? y, high: high ?? y }]
  })
  const points = placed.map((point) => ({ ...point, isBest: !placed.some((other) => isBeaten(point, other)) }))
  return {
    points,
    frontier: points.filter(({ isBest }) => isBest).sort((a, b) => a.x - b.x || a.y - b.y),
    unmeasured: named.filter(({ combination }) => !placed.some((point) => point.combination === combination)),
  }
}

function labelOf({ agent, model }: Pick<Combination, 'agent' | 'model'>): string {
  return model === null ? agent : `${agent} ${model}`
}

function medianOf(combination: Combination, metric: Metric): number | null {
  if (metric === 'cost') return combination.costUsd.median
  return metric === 'tokens' ? combination.tokens.median : combination.durationMs.median
}

type Place = Pick<ParetoPoint, 'x' | 'y'>

/** `other` is at least as good in both, and better in one. */
function isBeaten(point: Place, other: Place): boolean {
  return other.x <= point.x && other.y >= point.y && (other.x < point.x || other.y > point.y)
}

/** Where values lie so far apart that a linear axis would put most of them on one spot. */
export function needsLog(values: readonly number[]): boolean {
  const positive = values.filter((value) => value > 0)
  return positive.length === values.length && values.length > 1 && Math.max(...values) / Math.min(...values) > 30
}
