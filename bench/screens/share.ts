/** The value that so large a share of the values does not exceed. */
export function share(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  const value = sorted[Math.ceil(sorted.length * part) - 1]
  if (value === undefined) throw new Error('nothing was measured')
  return value
}
