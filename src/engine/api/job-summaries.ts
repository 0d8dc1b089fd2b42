import { join } from 'node:path'
import type { JobSummary } from '../../contract/api/jobs.ts'
import type { JobRow } from '../../contract/rows.ts'
import { NO_COUNTS, type JobTotals } from '../../core/analysis/job-totals.ts'
import { wilsonInterval } from '../../core/analysis/wilson.ts'
import type { RunReader } from '../../core/job/ports.ts'
import { CONFIG_FILE } from '../../node/read/layout.ts'
import { readTextBelow } from '../../node/read/safe-read.ts'
import type { OwnJobs } from './own-jobs.ts'

export interface SummaryDeps {
  readonly jobsDir: string
  readonly index: Pick<RunReader, 'listJobs' | 'jobTotals'>
  readonly own: Pick<OwnJobs, 'has' | 'failure' | 'job'>
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

export interface JobSummaries {
  /** The newest first. */
  list(): Promise<readonly JobSummary[]>
  /** Null: there is no such job. */
  get(jobName: string): Promise<JobSummary | null>
}

/** Jobs with what their trials came to. */
export function createJobSummaries(deps: SummaryDeps): JobSummaries {
  const { index } = deps
  return {
    async list() {
      const [jobs, totals] = await Promise.all([index.listJobs(), index.jobTotals(null)])
      const byName = new Map(totals.map((of) => [of.jobName, of]))
      return jobs.map((job) => toSummary(job, byName.get(job.jobName), deps))
    },
    async get(jobName) {
      const [jobs, [totals]] = await Promise.all([index.listJobs(), index.jobTotals([jobName])])
      const job = jobs.find((one) => one.jobName === jobName)
      return job === undefined ? null : toSummary(job, totals, deps)
    },
  }
}

function toSummary(row: JobRow, totals: JobTotals | undefined, deps: SummaryDeps): JobSummary {
  const own = deps.own.has(row.jobName)
  // Its last event is written before its folder is let go: until then it can be neither resumed nor deleted.
  const job: JobRow = own ? { ...row, state: 'running' } : row
  const failure = deps.own.failure(job.jobName)
  const { resolved = 0, judged = 0, trials = 0 } = totals ?? {}
  const total = Math.max(trials, job.totalTrials)
  const counts = totals?.counts ?? NO_COUNTS
  // What still waits or runs is not unresolved yet. Of a job that was stopped, all counts.
  const ended = job.state === 'running' ? trials - counts.queued - counts.running : trials
  const durationMs = durationOf(job, deps.now())
  const concurrency = deps.own.job(job.jobName)?.config.n_concurrent_trials ?? readConcurrency(deps.jobsDir, job)
  return {
    ...job,
    agents: [...job.agents],
    models: totals?.models ?? [],
    sources: totals?.sources ?? [],
    tasks: totals?.tasks ?? 0,
    // Trials that no row tells of yet wait for their turn.
    counts: { ...counts, queued: counts.queued + (job.state === 'running' ? total - trials : 0) },
    infrastructureErrors: totals?.infrastructureErrors ?? 0,
    rate: { resolved, total: ended, judged, ...wilsonInterval(resolved, ended) },
    costUsd: totals?.costUsd ?? null,
    costIsEstimate: totals?.costIsEstimate ?? false,
    inputTokens: totals?.inputTokens ?? null,
    cachedTokens: totals?.cachedTokens ?? null,
    outputTokens: totals?.outputTokens ?? null,
    durationMs,
    etaMs: job.state === 'running' ? estimateRest(counts, total, durationMs) : null,
    concurrency,
    own,
    ...(failure === null ? {} : { failure: failure.message }),
  }
}

/** Only while it ran: not between a stop and its resume. */
function durationOf({ startedAt, finishedAt, state, pausedMs }: JobRow, now: number): number | null {
  if (startedAt === null || (finishedAt === null && state !== 'running')) return null
  return Math.max(0, (finishedAt === null ? now : Date.parse(finishedAt)) - Date.parse(startedAt) - pausedMs)
}

/** By the time that the finished ones took; null before the first has finished. */
function estimateRest(counts: JobTotals['counts'], total: number, durationMs: number | null): number | null {
  const { queued: _queued, running, ...ended } = counts
  const finished = Object.values(ended).reduce((sum, count) => sum + count, 0)
  if (finished === 0 || durationMs === null) return null
  // A trial that runs is taken for half done.
  const rest = Math.max(0, total - finished - running / 2)
  return (durationMs / (finished + running / 2)) * rest
}

/** Of a job that another process runs; of ended ones nobody asks. */
function readConcurrency(jobsDir: string, { jobName, state }: JobRow): number | null {
  if (state !== 'running') return null
  try {
    const config: unknown = JSON.parse(readTextBelow(join(jobsDir, jobName), [CONFIG_FILE]) ?? 'null')
    if (typeof config !== 'object' || config === null) return null
    const value = 'n_concurrent_trials' in config ? config.n_concurrent_trials : 4
    return typeof value === 'number' ? value : null
  } catch {
    return null
  }
}
