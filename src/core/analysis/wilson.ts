/** 97.5th percentile of the normal distribution: two-sided 95 %. */
const Z = 1.959963984540054

/** Wilson's 95 % interval of a share; null bounds where there is nothing to count. */
export function wilsonInterval(
  successes: number,
  total: number,
): { readonly low: number | null; readonly high: number | null } {
  if (total <= 0) return { low: null, high: null }
  const share = successes / total
  const square = Z * Z
  const middle = (share + square / (2 * total)) / (1 + square / total)
  const half = (Z / (1 + square / total)) * Math.sqrt((share * (1 - share)) / total + square / (4 * total * total))
  // At the ends the bound is the end itself; floating point would miss it by a hair.
  return {
    low: successes === 0 ? 0 : Math.max(0, middle - half),
    high: successes === total ? 1 : Math.min(1, middle + half),
  }
}
