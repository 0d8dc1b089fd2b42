import { z } from 'zod'
import { JobConfig } from '../../src/contract/harbor/job-config.ts'
import type { StoredEvent } from '../../src/contract/events.ts'
import { createEngine } from '../../src/engine/index.ts'

/*
 * A process that runs or resumes one job and, where asked, dies at a point of it as if the power of the machine had
 * gone for this process alone: no handler runs, nothing is flushed. One argument: `RunnerOrder` as JSON.
 */

const RunnerOrder = z.object({
  jobsDir: z.string(),
  /** Name of a job to resume; absent: a new one from `config`. */
  resume: z.string().optional(),
  config: z.unknown().optional(),
  backend: z.enum(['docker', 'podman', 'sandbox']),
  /** Dies when this many events were told; absent: never. */
  killAfter: z.number().optional(),
  /** Dies when an event of this type was told. */
  killAt: z.string().optional(),
})
export type RunnerOrder = z.input<typeof RunnerOrder>

const order = RunnerOrder.parse(JSON.parse(process.argv[2] ?? ''))
const engine = createEngine({ jobsDir: order.jobsDir, cwd: process.cwd(), env: process.env, version: '0.0.0-test' })
let told = 0

function note(event: StoredEvent): void {
  told += 1
  if (told === order.killAfter || event.type === order.killAt) process.kill(process.pid, 'SIGKILL')
}

const prepared =
  order.resume === undefined
    ? await engine.prepare({ config: JobConfig.parse(order.config), backend: order.backend })
    : await engine.prepareResume(order.resume, { retryExceptions: null, secrets: {} })
const never = new AbortController().signal
const report = await engine.run(
  prepared,
  { onJobEvent: note, onTrialEvent: (_trial, event) => note(event), onOutput: () => {} },
  { cancel: never, force: never },
)
process.stdout.write(
  `${JSON.stringify({ told, state: report.state, outcomes: report.trials.map(({ outcome }) => outcome) })}\n`,
)
await engine.dispose()
