import { useQueryClient, type QueryClient } from '@tanstack/react-query'
import { useMemo } from 'react'
import type { JobSummary } from '../../contract/api/jobs.ts'
import type { TrialRef } from '../../contract/api/common.ts'
import { AppError, toAppError } from '../../contract/errors.ts'
import { navigate, paths } from '../app/router.ts'
import { call } from '../client/client.ts'
import { host } from '../client/open-host.ts'
import { invalidate } from '../client/queries.ts'
import { plural } from '../format/format.ts'
import { groupBy } from '../format/group-by.ts'
import { notify, notifyError } from '../stores/notices.ts'
import { isStopping, markStopping } from '../stores/stopping.ts'
import { askSecrets } from './ask-secrets.tsx'
import { confirm } from './dialog.tsx'

type Job = Pick<JobSummary, 'jobName' | 'counts' | 'state'>

/** What can be done with jobs and trials. Each says what it did, or why not; what is lost is asked for once before. */
export interface JobActions {
  /** Asks once; a second time, while it is stopping, forces it. */
  stop(job: Job): Promise<void>
  resume(jobName: string): Promise<void>
  retryFailed(jobName: string): Promise<void>
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
    resume: guarded(async (jobName) => {
      if (!(await resumeJob(jobName))) return
      markStopping(jobName, false)
      notify(`${jobName} goes on`)
      await refresh()
    }),
    retryFailed: guarded(async (jobName) => rerunTrials(await failedTrials(jobName))),
    rerun: guarded(rerunTrials),
    deleteJobs: async (jobs) => attempt(async () => deleteJobs(jobs), refresh),
    deleteTrials: async (trials) => attempt(async () => deleteTrials(trials), refresh),
    openFolder: guarded(openFolder),
  }
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
  markStopping(jobName, true)
  try {
    await call('jobs.stop', { jobName, force })
  } catch (error) {
    // It may never have been asked to: the next time asks first again.
    if (!force) markStopping(jobName, false)
    throw error
  }
  notify(force ? `${jobName} is stopped by force` : `${jobName} is stopping; press Stop again to force it`)
}

/** Asks for values that were kept nowhere, where the engine says that it needs them. False: the user gave none. */
async function resumeJob(jobName: string): Promise<boolean> {
  try {
    await call('jobs.resume', { jobName })
    return true
  } catch (thrown) {
    const error = toAppError(thrown)
    const places = missingPlaces(error)
    if (places.length === 0) throw error
    const secrets = await askSecrets({ jobName, places })
    if (secrets === null) return false
    await call('jobs.resume', { jobName, secrets })
    return true
  }
}

function missingPlaces({ details }: AppError): readonly string[] {
  const { places } = details
  return Array.isArray(places) ? places.map(String) : []
}

async function failedTrials(jobName: string): Promise<readonly TrialRef[]> {
  const { trials } = await call('trials.query', {
    filter: { jobNames: [jobName], outcomes: ['failure', 'timeout', 'error'] },
    sort: { column: 'trialName', descending: false },
    limit: 5000,
  })
  if (trials.length > 0) return trials
  throw new AppError('not-found', `no trial of ${jobName} has failed`)
}

async function rerunTrials(trials: readonly TrialRef[]): Promise<void> {
  const byJob = groupBy(trials, ({ jobName }) => jobName)
  const yes = await confirm({
    title: `Run ${plural(trials.length, 'trial')} again?`,
    text: 'They run as a new job with the same tasks and agents. What they cost is spent once more; the earlier results stay.',
    action: 'Run again',
  })
  if (!yes) return
  const started: string[] = []
  for (const [jobName, of] of byJob) {
    const { jobNames } = await call('jobs.rerun', { jobName, trials: of.map(({ trialName }) => trialName) })
    started.push(...jobNames)
  }
  const [first = ''] = started
  const text = started.length === 1 ? `Started ${first}` : `Started ${started.length} jobs`
  notify(text, {
    label: 'Open',
    run: () => navigate(started.length === 1 ? paths.job(first) : '/runs'),
  })
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
  const shown = names.slice(0, 6).join(', ')
  const more = names.length > 6 ? ` and ${names.length - 6} more` : ''
  return `the ${names.length === 1 ? 'folder' : 'folders'} ${shown}${more}`
}

async function openFolder(jobName: string): Promise<void> {
  const { directory } = await call('jobs.show', { jobName })
  if (host.can.reveal) {
    await host.reveal(directory)
    return
  }
  await navigator.clipboard.writeText(directory)
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
