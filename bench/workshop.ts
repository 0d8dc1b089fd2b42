import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { JobConfig, type JobConfigInput } from '../src/contract/harbor/job-config.ts'
import type { JobReport } from '../src/engine/engine.ts'
import { createEngine } from '../src/engine/index.ts'
import { makeTask } from '../test/support/tasks.ts'
import { createJobSpan } from './job-spans.ts'

/** A temporary jobs folder with an engine on it, for measuring whole jobs. */
export interface Workshop extends AsyncDisposable {
  readonly folder: string
  runJob(order: BenchJob): Promise<{ readonly report: JobReport; readonly elapsedMs: number }>
}

export interface BenchJob {
  readonly agent: string
  readonly kwargs?: Readonly<Record<string, string>>
  readonly trials: number
  readonly concurrency: number
}

/** On the network that Terminal-Bench's tasks ask for, which the bare containers beside it have too. */
export const TRIVIAL_TASK = { name: 'trivial', network: 'public' } as const

export async function openWorkshop(): Promise<Workshop> {
  const folder = await mkdtemp(join(tmpdir(), 'tbcc-bench-'))
  const engine = createEngine({ jobsDir: join(folder, 'jobs'), cwd: folder, env: process.env, version: '0.0.0-bench' })
  let jobs = 0
  return {
    folder,
    async runJob(order) {
      jobs += 1
      const path = await makeTask(folder, TRIVIAL_TASK)
      const config = toConfig(order, path, `bench-${jobs}`, join(folder, 'jobs'))
      const prepared = await engine.prepare({ config, backend: 'docker' })
      const never = new AbortController().signal
      const span = createJobSpan()
      const report = await engine.run(
        prepared,
        {
          onJobEvent: span.note,
          onTrialEvent() {},
          onOutput() {},
        },
        { cancel: never, force: never },
      )
      return { report, elapsedMs: span.elapsedMs() }
    },
    async [Symbol.asyncDispose]() {
      await engine.dispose()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

function toConfig(
  { agent, kwargs = {}, trials, concurrency }: BenchJob,
  path: string,
  name: string,
  jobsDir: string,
): JobConfig {
  const input: JobConfigInput = {
    job_name: name,
    jobs_dir: jobsDir,
    n_attempts: trials,
    n_concurrent_trials: concurrency,
    tasks: [{ path }],
    agents: [{ name: agent, kwargs }],
  }
  return JobConfig.parse(input)
}
