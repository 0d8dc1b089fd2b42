import type { QueryClient } from '@tanstack/react-query'
import { create } from 'zustand'
import type { EngineStatus } from '../../contract/api/engine.ts'
import type { JobChange, JobSummary } from '../../contract/api/jobs.ts'
import type { OpenEnvironment } from '../../contract/api/terminals.ts'
import type { ListedTrial, TrialChange } from '../../contract/api/trials.ts'
import { follow } from '../client/client.ts'
import { invalidate } from '../client/queries.ts'
import { notifyError } from './notices.ts'
import { forgetEnded } from './stopping.ts'

/** What the engine says by itself: kept once for all screens. */
interface Live {
  readonly status: EngineStatus | null
  /** The newest jobs by name, all running ones among them. */
  readonly jobs: ReadonlyMap<string, JobSummary>
  /** Trials that run now, by `job/trial`. */
  readonly running: ReadonlyMap<string, ListedTrial>
  readonly environments: readonly OpenEnvironment[]
}

const useLive = create<Live>(() => ({ status: null, jobs: new Map(), running: new Map(), environments: [] }))

/** Follows the engine for as long as the page lives. `onFinished` is told of each job that ends meanwhile. */
export function startLive(queries: QueryClient, onFinished: (job: JobSummary) => void): void {
  const refresh = createRefresh(queries)
  follow('engine.status', {}, { onItems: (items) => useLive.setState({ status: items.at(-1) ?? null }) })
  follow('environments.changes', {}, { onItems: (items) => useLive.setState({ environments: items.at(-1) ?? [] }) })
  follow(
    'jobs.changes',
    {},
    {
      onItems(items) {
        forgetEnded(items)
        const before = useLive.getState().jobs
        const jobs = items.reduce(applyJobChange, before)
        useLive.setState({ jobs })
        for (const job of jobs.values()) {
          if (before.get(job.jobName)?.state === 'running' && job.state !== 'running') onFinished(job)
        }
        refresh()
      },
    },
  )
  follow(
    'trials.changes',
    { jobName: null },
    {
      onItems(items) {
        useLive.setState(({ running }) => ({ running: items.reduce(applyTrialChange, running) }))
        if (items.some((item) => item.kind !== 'changed' || item.trial.state === 'finished')) refresh()
      },
    },
  )
}

export function useStatus(): EngineStatus | null {
  return useLive((live) => live.status)
}

export function useJobs(): ReadonlyMap<string, JobSummary> {
  return useLive((live) => live.jobs)
}

export function useJob(jobName: string): JobSummary | null {
  return useLive((live) => live.jobs.get(jobName) ?? null)
}

export function useRunningTrials(): ReadonlyMap<string, ListedTrial> {
  return useLive((live) => live.running)
}

export function useRunningTrial(trial: { readonly jobName: string; readonly trialName: string }): ListedTrial | null {
  return useLive((live) => live.running.get(trialKey(trial)) ?? null)
}

export function useEnvironments(): readonly OpenEnvironment[] {
  return useLive((live) => live.environments)
}

export function trialKey({ jobName, trialName }: { readonly jobName: string; readonly trialName: string }): string {
  return `${jobName}/${trialName}`
}

function applyJobChange(jobs: ReadonlyMap<string, JobSummary>, change: JobChange): ReadonlyMap<string, JobSummary> {
  if (change.kind === 'all') return new Map(change.jobs.map((job) => [job.jobName, job]))
  const next = new Map(jobs)
  if (change.kind === 'removed') next.delete(change.jobName)
  else next.set(change.job.jobName, change.job)
  return next
}

function applyTrialChange(
  running: ReadonlyMap<string, ListedTrial>,
  change: TrialChange,
): ReadonlyMap<string, ListedTrial> {
  if (change.kind === 'running') return new Map(change.trials.map((trial) => [trialKey(trial), trial]))
  const next = new Map(running)
  const trial = change.kind === 'removed' ? change : change.trial
  if (change.kind === 'changed' && change.trial.state === 'running') next.set(trialKey(trial), change.trial)
  else next.delete(trialKey(trial))
  return next
}

/** Lists and figures are asked again at most once in this time while trials end. */
const REFRESH_MS = 1000

function createRefresh(queries: QueryClient): () => void {
  let timer: ReturnType<typeof setTimeout> | null = null
  return () => {
    timer ??= setTimeout(() => {
      timer = null
      invalidate(queries, ['jobs', 'trials.query', 'trials.facets', 'trials.show', 'stats']).catch(notifyError)
    }, REFRESH_MS)
  }
}
