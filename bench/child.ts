import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { z } from 'zod'
import { openWorkshop, type BenchJob } from './workshop.ts'

/** What a job cost, measured in a process that does nothing else. */
const ChildReport = z.object({
  elapsedMs: z.number(),
  /** Most memory that was resident at once. */
  peakMb: z.number(),
  directory: z.string(),
  trials: z.array(z.string()),
  outcomes: z.array(z.string().nullable()),
})
export type ChildReport = z.infer<typeof ChildReport>

const Order = z.object({
  job: z.object({
    agent: z.string(),
    kwargs: z.record(z.string(), z.string()).default({}),
    trials: z.number(),
    concurrency: z.number(),
  }),
  keep: z.boolean().default(false),
})

/** Runs a job in a process of its own. `keep`: its folder stays, and is the caller's to remove. */
export async function runInChild(job: BenchJob, options: { readonly keep?: boolean } = {}): Promise<ChildReport> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [import.meta.filename, JSON.stringify({ job, ...options })],
    { maxBuffer: 1 << 24 },
  )
  return ChildReport.parse(JSON.parse(stdout))
}

if (process.argv[1] === import.meta.filename) await main(process.argv[2] ?? '')

async function main(order: string): Promise<void> {
  const { job, keep } = Order.parse(JSON.parse(order))
  const workshop = await openWorkshop()
  try {
    const { report, elapsedMs } = await workshop.runJob(job)
    const result: ChildReport = {
      elapsedMs,
      peakMb: process.resourceUsage().maxRSS / 1024,
      directory: report.directory,
      trials: report.trials.map(({ trialName }) => trialName),
      outcomes: report.trials.map(({ outcome }) => outcome),
    }
    process.stdout.write(JSON.stringify(result))
  } finally {
    await workshop.close({ keep })
  }
}
