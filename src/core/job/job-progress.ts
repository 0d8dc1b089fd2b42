import type { JobResult } from '../../contract/harbor/job-result.ts'
import { createCoalescer } from '../coalesce.ts'
import { toJobResultJson } from './harbor-write.ts'
import type { FinishedTrial } from './finished-trial.ts'
import { toJobStats, type MetricType } from './job-stats.ts'
import { toLocalTimestamp } from './local-time.ts'
import type { Clock, JobFiles } from './ports.ts'

/** Keeps a job's `result.json` current. */
export interface JobProgress {
  started(trialName: string): void
  /** The trial will run again. */
  retried(trialName: string): void
  ended(trial: FinishedTrial): void
  /** Writes the last state. `complete`: every trial has ended; else the job was cancelled and can be resumed. */
  finish(complete: boolean): Promise<void>
}

export interface JobProgressStart {
  readonly jobId: string
  /** Local time without offset, as Harbor writes it. */
  readonly startedAt: string
  readonly totalTrials: number
  readonly finished: readonly FinishedTrial[]
  readonly retries: number
  readonly metrics: readonly MetricType[]
  /** Absent: no dataset has its own. */
  readonly datasetMetrics?: ReadonlyMap<string, readonly MetricType[]>
}

export function createJobProgress(
  start: JobProgressStart,
  files: Pick<JobFiles, 'writeText'>,
  clock: Clock,
): JobProgress {
  const finished = new Map(start.finished.map((trial) => [trial.trialName, trial]))
  const running = new Set<string>()
  let retries = start.retries

  const write = async (end: { readonly complete: boolean } | null): Promise<void> => {
    const { jobId, startedAt, totalTrials, metrics, datasetMetrics = new Map() } = start
    const finishedAt = end?.complete === true ? toLocalTimestamp(clock.timestamp()) : null
    const result: JobResult = {
      id: jobId,
      started_at: startedAt,
      updated_at: finishedAt ?? clock.timestamp(),
      finished_at: finishedAt,
      n_total_trials: totalTrials,
      stats: toJobStats([...finished.values()], {
        totalTrials,
        running: running.size,
        retries,
        metrics,
        datasetMetrics,
        final: finishedAt !== null,
      }),
    }
    await files.writeText('result.json', toJobResultJson(result))
  }
  const writer = createCoalescer(async () => write(null))
  return {
    started(trialName) {
      running.add(trialName)
      writer.request()
    },
    retried(trialName) {
      running.delete(trialName)
      retries += 1
      writer.request()
    },
    ended(trial) {
      running.delete(trial.trialName)
      finished.set(trial.trialName, trial)
      writer.request()
    },
    async finish(complete) {
      // What a full disk did not take then, the last state says as well.
      await writer.settle().catch(() => {})
      await write({ complete })
    },
  }
}
