import { useQueryClient, type QueryClient } from '@tanstack/react-query'
import { useMemo } from 'react'
import type { JobSummary } from '../../contract/api/jobs.ts'
import type { TrialRef } from '../../contract/api/common.ts'
import { call } from '../client/client.ts'
import { host } from '../client/open-host.ts'
import { invalidate } from '../client/queries.ts'
import { plural } from '../format/format.ts'
import { listNames } from '../format/list-names.ts'
import { notify, notifyError } from '../stores/notices.ts'
import { isStopping, markStopping } from '../stores/stopping.ts'
import { copyText } from './copy-text.ts'
import { confirm } from './dialog.tsx'
import { failedTrials, rerunTrials } from './rerun.ts'
import { withSecrets } from './with-secrets.ts'

type Job = Pick<JobSummary, 'jobName' | 'counts' | 'state'>

/** What can be done with jobs and trials. Each says what it did, or why not; what is lost is asked for once before. */
export interface JobActions {
  /** Asks once; a second time, while it is stopping, forces it. */
  stop(job: Job): Promise<void>
  /** Of several, asks once. */
  stopAll(jobs: readonly Job[]): Promise<void>
  resume(jobName: string): Promise<void>
  /** Of several, asks once. */
  resumeAll(jobNames: readonly string[]): Promise<void>
  retryFailed(...jobNames: readonly string[]): Promise<void>
  /** Runs chosen trials again as new jobs. */
  rerun(trials: readonly TrialRef[]): Promise<void>
  /** Resolves to whether they are gone. */
  deleteJobs(jobs: readonly Pick<JobSummary, 'jobName' | 'totalTrials'>[]): Promise<boolean>
  deleteTrials(trials: readonly TrialRef[]): Promise<boolean>
  openFolder(jobName: string): Promise<void>
}

export function useJobActions(): JobActions {
  const queries = useQueryClient()
  return useMemo(() => createJobActions(queries), [queries])
}

function createJobActions(queries: QueryClient): JobActions {
  const refresh = async (): Promise<void> => invalidate(queries, ['jobs', 'trials', 'stats'])
  return {
    stop: guarded(stopJob),
    stopAll: guarded(stopJobs),
    resume: guarded(async (jobName) => {
      if (await resumeJob(jobName)) await refresh()
    }),
    resumeAll: guarded(async (jobNames) => {
      await resumeJobs(jobNames)
      await refresh()
    }),
    retryFailed: guarded(async (...jobNames) => rerunTrials(await failedOfAll(jobNames))),
    rerun: guarded(rerunTrials),
    deleteJobs: async (jobs) => attempt(async () => deleteJobs(jobs), refresh),
    deleteTrials: async (trials) => attempt(async () => deleteTrials(trials), refresh),
    openFolder: guarded(openFolder),
  }
}

/** Of jobs of which one has none that failed, those of the others; rejects where no job has any. */
async function failedOfAll(jobNames: readonly string[]): Promise<readonly TrialRef[]> {
  const found = await Promise.allSettled(jobNames.map(failedTrials))
  const failed = found.flatMap((one) => (one.status === 'fulfilled' ? one.value : []))
  const rejected = found.find((one) => one.status === 'rejected')
  if (failed.length === 0 && rejected !== undefined) throw rejected.reason
  return failed
}

async function stopJob({ jobName, counts }: Job): Promise<void> {
  const force = isStopping(jobName)
  if (!force) {
    const yes = await confirm({
      title: `Stop ${jobName}?`,
      text: `${plural(counts.running, 'running trial')} will be ended and ${counts.queued} not started. What has finished stays; Resume runs the rest.`,
      action: 'Stop',
    })
    if (!yes) return
  }
  await stopNow(jobName, force)
  notify(force ? `${jobName} is stopped by force` : `${jobName} is stopping; press Stop again to force it`)
}

/** Forced are those alone that were asked to stop before. */
async function stopJobs(jobs: readonly Job[]): Promise<void> {
  const [only, ...others] = jobs
  if (only === undefined) return
  if (others.length === 0) return stopJob(only)
  const sum = (count: 'running' | 'queued'): number => jobs.reduce((total, { counts }) => total + counts[count], 0)
  const yes = await confirm({
    title: `Stop ${jobs.length} jobs?`,
    text: `${listNames(jobs.map(({ jobName }) => jobName))}: ${plural(sum('running'), 'running trial')} will be ended and ${sum('queued')} not started. What has finished stays; Resume runs the rest.`,
    action: 'Stop',
  })
  if (!yes) return
  let stopping = 0
  // One that ended meanwhile keeps none of the others running.
  for (const { jobName } of jobs)
    await stopNow(jobName, isStopping(jobName)).then(() => {
      stopping += 1
    }, notifyError)
  if (stopping > 0) notify(`Stopping ${plural(stopping, 'job')}; press Stop again to force`)
}

async function stopNow(jobName: string, force: boolean): Promise<void> {
  markStopping(jobName, true)
  try {
    await call('jobs.stop', { jobName, force })
  } catch (error) {
    // It may never have been asked to: the next time asks first again.
    if (!force) markStopping(jobName, false)
    throw error
  }
}

async function resumeJob(jobName: string): Promise<boolean> {
  const done = await withSecrets({ jobName, action: 'Resume' }, async (secrets) =>
    call('jobs.resume', { jobName, secrets }),
  )
  if (done === null) return false
  markStopping(jobName, false)
  notify(`${jobName} goes on`)
  return true
}

async function resumeJobs(jobNames: readonly string[]): Promise<void> {
  const yes =
    jobNames.length === 1 ||
    (await confirm({
      title: `Resume ${jobNames.length} jobs?`,
      text: `What is left of ${listNames(jobNames)} is run. What has finished stays.`,
      action: 'Resume',
    }))
  if (!yes) return
  for (const jobName of jobNames) await resumeJob(jobName).catch(notifyError)
}

async function deleteJobs(jobs: readonly Pick<JobSummary, 'jobName' | 'totalTrials'>[]): Promise<boolean> {
  const names = jobs.map(({ jobName }) => jobName)
  const trials = jobs.reduce((sum, { totalTrials }) => sum + totalTrials, 0)
  const yes = await confirm({
    title: names.length === 1 ? `Delete ${names[0] ?? ''}?` : `Delete ${names.length} jobs?`,
    text: `Removes ${folders(names)} with the results, logs and files of ${plural(trials, 'trial')}. This cannot be undone.`,
    action: 'Delete',
    danger: true,
  })
  if (!yes) return false
  await call('jobs.delete', { jobNames: names })
  notify(`Deleted ${names.length === 1 ? (names[0] ?? '') : plural(names.length, 'job')}`)
  return true
}

async function deleteTrials(trials: readonly TrialRef[]): Promise<boolean> {
  const yes = await confirm({
    title: `Delete ${plural(trials.length, 'trial')}?`,
    text: `Removes ${folders(trials.map(({ jobName, trialName }) => `${jobName}/${trialName}`))} with all results, logs and files in ${trials.length === 1 ? 'it' : 'them'}. Rates no longer count ${trials.length === 1 ? 'this trial' : 'these trials'}. This cannot be undone.`,
    action: 'Delete',
    danger: true,
  })
  if (!yes) return false
  await call('trials.delete', { trials: [...trials] })
  notify(`Deleted ${plural(trials.length, 'trial')}`)
  return true
}

function folders(names: readonly string[]): string {
  return `the ${names.length === 1 ? 'folder' : 'folders'} ${listNames(names)}`
}

async function openFolder(jobName: string): Promise<void> {
  const { directory } = await call('jobs.show', { jobName })
  if (host.can.reveal) {
    await host.reveal(directory)
    return
  }
  await copyText(directory)
  notify(`Copied ${directory}`)
}

function guarded<Args extends readonly unknown[]>(
  act: (...args: Args) => Promise<void>,
): (...args: Args) => Promise<void> {
  return async (...args) => act(...args).catch(notifyError)
}

async function attempt(act: () => Promise<boolean>, refresh: () => Promise<void>): Promise<boolean> {
  try {
    const done = await act()
    if (done) await refresh()
    return done
  } catch (thrown) {
    notifyError(thrown)
    return false
  }
}
