import { dockerSocket } from '../test/support/machine.ts'
import { openBareEngine } from './bare-engine.ts'
import { bareMaterial, bareTrial } from './bare-trial.ts'
import { runInChild } from './child.ts'
import { alternate, timeMs } from './measure.ts'
import type { BenchRow } from './row.ts'

const ROUNDS = 5
const TRIALS = 64
const CONCURRENCY = 8
const MEMORY_LIMIT_MB = 150

/** Many nop trials at once against the same bare calls at once, and what the engine's process needs for it. */
export async function benchJobs(): Promise<readonly BenchRow[]> {
  const bare = openBareEngine(dockerSocket)
  const material = await bareMaterial()
  let peakMb = 0
  try {
    const { ours, baseline } = await alternate(
      ROUNDS,
      async () => {
        await using child = await runInChild({ agent: 'nop', trials: TRIALS, concurrency: CONCURRENCY })
        peakMb = Math.max(peakMb, child.peakMb)
        return child.elapsedMs
      },
      async () => timeMs(async () => atOnce(CONCURRENCY, TRIALS, async () => bareTrial(bare, material, 'nop'))),
    )
    return [
      {
        name: `${TRIALS} nop trials, ${CONCURRENCY} at once`,
        baseline: 'the same bare calls at once',
        baselineValue: baseline,
        ourValue: ours,
        unit: 'ms',
        higherIsBetter: false,
        gate: 1.25,
        note: `${(TRIALS / (ours / 1000)).toFixed(1)} trials/s`,
      },
      memoryRow('memory of the engine in it', peakMb, MEMORY_LIMIT_MB),
    ]
  } finally {
    bare.close()
  }
}

/** Peak resident memory against a fixed limit. */
export function memoryRow(name: string, peakMb: number, limitMb: number): BenchRow {
  return {
    name,
    baseline: 'limit',
    baselineValue: limitMb,
    ourValue: peakMb,
    unit: 'MB',
    higherIsBetter: false,
    gate: 1,
  }
}

async function atOnce(workers: number, count: number, work: () => Promise<void>): Promise<void> {
  let left = count
  await Promise.all(
    Array.from({ length: workers }, async () => {
      while (left-- > 0) await work()
    }),
  )
}
