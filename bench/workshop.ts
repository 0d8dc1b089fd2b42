import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { JobConfig, type JobConfigInput } from '../src/contract/harbor/job-config.ts'
import type { JobReport } from '../src/engine/engine.ts'
import { createEngine } from '../src/engine/index.ts'
import { makeTask, type TaskText } from '../test/support/tasks.ts'

/** A temporary jobs folder with an engine on it, for measuring whole jobs. */
export interface Workshop extends AsyncDisposable {
  readonly folder: string
  runJob(order: BenchJob): Promise<{ readonly report: JobReport; readonly elapsedMs: number }>
  close(options?: { readonly keep: boolean }): Promise<void>
}

export interface BenchJob {
  readonly agent: string
  readonly kwargs?: Readonly<Record<string, string>>
  readonly trials: number
  readonly concurrency: number
  /** Absent: a trivial one. */
  readonly task?: TaskText
}

export async function openWorkshop(): Promise<Workshop> {
  const folder = await mkdtemp(join(tmpdir(), 'tbcc-bench-'))
  const engine = createEngine({ jobsDir: join(folder, 'jobs'), cwd: folder, env: process.env, version: '0.0.0-bench' })
  let jobs = 0
  const close: Workshop['close'] = async ({ keep } = { keep: false }) => {
    await engine.dispose()
    if (!keep) await rm(folder, { recursive: true, force: true })
  }
  return {
    folder,
    async runJob(order) {
      jobs += 1
      const path = await makeTask(folder, order.task ?? { name: 'trivial' })
      const config = toConfig(order, path, `bench-${jobs}`, join(folder, 'jobs'))
      const prepared = await engine.prepare({ config, backend: 'docker' })
      const never = new AbortController().signal
      const span = { from: Number.POSITIVE_INFINITY, to: 0 }
      const report = await engine.run(
        prepared,
        {
          // By the events' own times: they are told a little later than they happen.
          onJobEvent({ type, at }) {
            if (type === 'trial.admitted') span.from = Math.min(span.from, toMs(at))
            if (type === 'trial.ended') span.to = Math.max(span.to, toMs(at))
          },
          onTrialEvent() {},
          onOutput() {},
        },
        { cancel: never, force: never },
      )
      return { report, elapsedMs: span.to - span.from }
    },
    close,
    [Symbol.asyncDispose]: close,
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

/** Milliseconds with their fraction: `Date` drops the microseconds. */
function toMs(timestamp: string): number {
  const micros = /\.(\d{1,6})Z$/.exec(timestamp)?.[1] ?? '0'
  return Date.parse(timestamp.replace(/\.\d+Z$/, 'Z')) + Number(micros.padEnd(6, '0')) / 1000
}
