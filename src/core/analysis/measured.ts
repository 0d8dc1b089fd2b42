import type { TrialRow } from '../../contract/rows.ts'

/** The middle of the measured values; null where none was. */
export function median(values: readonly number[]): number | null {
  if (values.length === 0) return null
  const sorted = Float64Array.from(values).sort()
  const middle = sorted.length >> 1
  const upper = sorted[middle] ?? 0
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2
}

/** Median and count of those that were measured. */
export function measure(values: readonly (number | null)[]): {
  readonly median: number | null
  readonly count: number
} {
  const known = values.filter((value) => value !== null)
  return { median: median(known), count: known.length }
}

/** What trials cost together, and whether any part of it is by price lists. */
export function costOf(rows: readonly Pick<TrialRow, 'costUsd' | 'costIsEstimate'>[]): {
  readonly costUsd: number | null
  readonly costIsEstimate: boolean
} {
  return { costUsd: sumOf(rows.map(({ costUsd }) => costUsd)), costIsEstimate: countEstimates(rows) > 0 }
}

export function countEstimates(rows: readonly Pick<TrialRow, 'costUsd' | 'costIsEstimate'>[]): number {
  return rows.filter(({ costUsd, costIsEstimate }) => costUsd !== null && costIsEstimate).length
}

/** The sum of those that were measured; null where none was. */
export function sumOf(values: readonly (number | null)[]): number | null {
  let sum: number | null = null
  for (const value of values) if (value !== null) sum = (sum ?? 0) + value
  return sum
}
