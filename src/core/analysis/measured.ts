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

/** The sum of those that were measured; null where none was. */
export function sumOf(values: readonly (number | null)[]): number | null {
  let sum: number | null = null
  for (const value of values) if (value !== null) sum = (sum ?? 0) + value
  return sum
}
