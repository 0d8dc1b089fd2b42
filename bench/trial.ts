import { dockerSocket } from '../test/support/machine.ts'
import { openBareEngine } from './bare-engine.ts'
import { bareMaterial, bareTrial } from './bare-trial.ts'
import { alternate, timeMs } from './measure.ts'
import { openWorkshop, type Workshop } from './workshop.ts'
import type { BenchRow } from './row.ts'

const ROUNDS = 9

/** One oracle trial of a trivial task, from admission to the result on disk, against its engine calls alone. */
export async function benchTrial(): Promise<readonly BenchRow[]> {
  await using workshop = await openWorkshop()
  const bare = openBareEngine(dockerSocket)
  const material = await bareMaterial()
  try {
    const { ours, baseline } = await alternate(
      ROUNDS,
      async () => runOracle(workshop),
      async () => timeMs(async () => bareTrial(bare, material, 'oracle')),
    )
    return [
      {
        name: 'one oracle trial',
        baseline: 'its engine calls, bare',
        baselineValue: baseline,
        ourValue: ours,
        unit: 'ms',
        higherIsBetter: false,
        gate: 1.15,
      },
    ]
  } finally {
    bare.close()
  }
}

/** A trial that ended early would be a fast one. */
async function runOracle(workshop: Workshop): Promise<number> {
  const { report, elapsedMs } = await workshop.runJob({ agent: 'oracle', trials: 1, concurrency: 1 })
  if (report.rates.resolved !== 1) throw new Error('the oracle did not solve its task')
  return elapsedMs
}
