import { performance } from 'node:perf_hooks'

/** Milliseconds that the work took. */
export async function timeMs(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now()
  await work()
  return performance.now() - start
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  const upper = sorted[middle]
  const lower = sorted[sorted.length % 2 === 0 ? middle - 1 : middle]
  if (upper === undefined || lower === undefined) throw new Error('nothing was measured')
  return (lower + upper) / 2
}

/** Both sides by turns, so that what else the machine does falls on both; the first round warms up and does not count. */
export async function alternate(
  rounds: number,
  ours: () => Promise<number>,
  baseline: () => Promise<number>,
): Promise<{ ours: number; baseline: number }> {
  const measured = { ours: [] as number[], baseline: [] as number[] }
  for (let round = 0; round <= rounds; round += 1) {
    const [first, second] = [await ours(), await baseline()]
    if (round === 0) continue
    measured.ours.push(first)
    measured.baseline.push(second)
  }
  return { ours: median(measured.ours), baseline: median(measured.baseline) }
}
