import { toJobLock } from '../core/job/lock.ts'
import { toJobConfigJson, toOwnConfigJson, toJobLockJson } from '../core/job/harbor-write.ts'
import type { MetricType } from '../core/job/job-stats.ts'
import { toLocalTimestamp } from '../core/job/local-time.ts'
import { runJob, type JobEnd, type JobPlan, type JobPorts } from '../core/job/run-job.ts'
import type { JobFiles } from '../core/job/ports.ts'
import type { JobRecord } from '../contract/job-record.ts'
import type { EarlierRun } from './earlier-run.ts'
import type { RunSignals } from './engine.ts'
import type { SettledJob } from './prepare.ts'

/** Writes the job's own files and runs what is to run. */
export async function runSettledJob(
  job: SettledJob,
  earlier: EarlierRun | null,
  ports: JobPorts,
  signals: RunSignals,
): Promise<JobEnd> {
  const createdAt = ports.clock.timestamp()
  if (earlier === null) await writeJobFiles(job, ports, createdAt)
  const stopping = followStopRequests(ports.files, ports, signals)
  try {
    return await runJob(await toJobPlan(job, earlier, ports.files, createdAt), ports, stopping.signals)
  } finally {
    stopping.dispose()
  }
}

async function writeJobFiles(job: SettledJob, { files, hostEnv }: JobPorts, createdAt: string): Promise<void> {
  const { config, planned, plans, metrics } = job
  const record: JobRecord = {
    schemaVersion: 1,
    jobId: job.jobId,
    jobName: job.jobName,
    createdAt,
    backend: job.chosen.backend.name,
    config: toOwnConfigJson(config, hostEnv),
    trials: [...planned],
    ...(metrics.size === 0 ? {} : { metrics: Object.fromEntries(metrics) }),
  }
  const lock = toJobLock(plans, { createdAt, concurrency: config.n_concurrent_trials, retry: config.retry })
  await files.writeText('tbcc.json', `${JSON.stringify(record, null, 2)}\n`)
  await Promise.all([
    files.writeText('config.json', toJobConfigJson(config, hostEnv)),
    files.writeText('lock.json', toJobLockJson(lock, hostEnv)),
  ])
}

async function toJobPlan(
  job: SettledJob,
  earlier: EarlierRun | null,
  files: JobFiles,
  createdAt: string,
): Promise<JobPlan> {
  const { config } = job
  return {
    jobName: job.jobName,
    trials: job.plans,
    progress: {
      jobId: job.jobId,
      startedAt: earlier?.startedAt ?? toLocalTimestamp(createdAt),
      totalTrials: job.plans.length + (earlier?.finished.length ?? 0),
      finished: earlier?.finished ?? [],
      retries: earlier?.retries ?? 0,
      metrics: config.metrics.flatMap(({ type }): MetricType[] => (type === 'uv-script' ? [] : [type])),
      datasetMetrics: job.metrics,
    },
    concurrency: config.n_concurrent_trials,
    retry: config.retry,
    backendReason: job.chosen.reason,
    resumed: earlier !== null,
    replace: earlier?.replace ?? new Map(),
    replacedCounts: await files.replacedCounts(),
  }
}

/** How often a running job looks for a message of another process. */
const STOP_POLL_MS = 1000

/** The caller's signals, and those that another process asks for through the job's folder. */
function followStopRequests(
  files: JobFiles,
  { clock }: JobPorts,
  signals: RunSignals,
): { signals: RunSignals; dispose: () => void } {
  const cancel = new AbortController()
  const force = new AbortController()
  const ended = new AbortController()
  const poll = async (): Promise<void> => {
    while (!ended.signal.aborted) {
      await clock.sleep(STOP_POLL_MS, ended.signal)
      // A folder that cannot be read now is read again; a job must not end for it.
      const request = ended.signal.aborted ? null : await files.readStopRequest().catch(() => null)
      if (request !== null) cancel.abort()
      if (request?.force === true) force.abort()
    }
  }
  const polling = poll()
  return {
    signals: {
      cancel: AbortSignal.any([signals.cancel, cancel.signal]),
      force: AbortSignal.any([signals.force, force.signal]),
    },
    dispose() {
      ended.abort()
      polling.catch(() => {})
    },
  }
}
