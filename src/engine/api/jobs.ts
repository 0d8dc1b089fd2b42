import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { isJobEvent } from '../../contract/events.ts'
import type { AgentInfo, JobSummary } from '../../contract/api/jobs.ts'
import { AppError } from '../../contract/errors.ts'
import type { JobConfig } from '../../contract/harbor/job-config.ts'
import type { AgentDefinition } from '../../core/agent/agent.ts'
import { AGENTS } from '../../core/agent/registry.ts'
import { foldCase } from '../../core/analysis/matches-filter.ts'
import { toCommandLine } from '../../core/job/command-line.ts'
import { requestStop } from '../../node/fs/stop-request.ts'
import { CONFIG_FILE } from '../../node/read/layout.ts'
import { readTextBelow } from '../../node/read/safe-read.ts'
import type { Engine, PreparedJob, RunRequest } from '../engine.ts'
import { refuseHostNeeds } from '../host-needs.ts'
import type { EngineParts } from '../parts.ts'
import { estimateFromPast } from './estimate.ts'
import type { JobChanges } from './job-changes.ts'
import { jobFolder, readJobConfig, readJobRecord } from './job-folder.ts'
import { readJobLog } from './job-log.ts'
import { readPassAtK } from './job-pass-at-k.ts'
import type { JobSummaries } from './job-summaries.ts'
import type { OwnJobs } from './own-jobs.ts'
import type { Area, ProceduresOf, TopicsOf } from './ports.ts'
import { refuseUnlessIdle, removeJobFolder } from './remove-folder.ts'
import { missingSecrets } from './missing-secrets.ts'
import { toReruns } from './rerun.ts'
import { sortJobs } from './sort-jobs.ts'

export interface JobsApiDeps {
  readonly engine: Engine
  readonly parts: Pick<EngineParts, 'jobsDir' | 'index'>
  readonly own: OwnJobs
  readonly summaries: JobSummaries
  readonly changes: JobChanges
  readonly env: () => Readonly<Record<string, string | undefined>>
}

export function createJobsApi(deps: JobsApiDeps): Area<ProceduresOf<'jobs' | 'agents'>, TopicsOf<'jobs' | 'job'>> {
  const { engine, own, summaries, changes } = deps
  const { jobsDir, index } = deps.parts

  async function show(jobName: string): Promise<JobSummary> {
    const found = await summaries.get(jobName)
    if (found !== null) return found
    await index.refresh()
    const again = await summaries.get(jobName)
    if (again === null) throw new AppError('not-found', `there is no job "${jobName}"`)
    return again
  }

  async function start(prepared: PreparedJob, confirmed: boolean): Promise<{ jobName: string }> {
    refuseHostNeeds(prepared, { confirmed })
    await own.start(prepared)
    return { jobName: prepared.jobName }
  }

  return {
    handlers: {
      'agents.list': async () => AGENTS.map(toAgentInfo),
      async 'jobs.list'({ offset, limit, text, sort }) {
        const all = await summaries.list()
        const found = text === undefined || text === '' ? all : all.filter((job) => mentions(job, text))
        const sorted = sort === undefined ? found : sortJobs(found, sort)
        return { total: sorted.length, jobs: sorted.slice(offset, offset + limit) }
      },
      'jobs.log': async ({ jobName }) => readJobLog(jobFolder(jobsDir, jobName)),
      async 'jobs.show'({ jobName }) {
        const directory = jobFolder(jobsDir, jobName)
        return {
          ...(await show(jobName)),
          directory,
          config: readTextBelow(directory, [CONFIG_FILE]),
          lock: readTextBelow(directory, ['lock.json']),
          passAtK: readPassAtK(directory, await index.listTrials(jobName)),
          commandLine: commandLineOf(directory, jobsDir),
        }
      },
      async 'jobs.prepare'(request) {
        const prepared = await engine.prepare(request)
        return {
          ...toWire(prepared),
          estimate: { ...prepared.estimate, ...(await estimateFromPast(prepared, index)) },
          // A dataset that a file lists has its flags by name.
          commandLine: toCommandLine(
            { ...request.config, datasets: prepared.config.datasets },
            { backend: request.backend, jobsDir },
          ),
        }
      },
      'jobs.start': async ({ confirmed, ...request }) => start(await engine.prepare(request), confirmed),
      async 'jobs.stop'({ jobName, force }) {
        if (!own.stop(jobName, { force })) await requestStop(jobFolder(jobsDir, jobName), { force })
        return {}
      },
      async 'jobs.resume'({ jobName, retryExceptions, secrets }) {
        await refuseUnlessIdle(jobFolder(jobsDir, jobName), jobName)
        const prepared = await engine.prepareResume(jobName, { retryExceptions, secrets })
        if (prepared.missingSecrets.length > 0) throw missingSecrets(`go on with ${jobName}`, prepared.missingSecrets)
        // Its tasks were confirmed when it was started.
        return start(prepared, true)
      },
      async 'jobs.rerun'({ jobName, trials, secrets }) {
        const isTaken = (name: string): boolean => existsSync(join(jobsDir, name))
        const requests = toReruns({ jobsDir, jobName, trials, secrets, hostEnv: deps.env(), isTaken })
        const prepared = await prepareAll(engine, requests)
        const jobNames: string[] = []
        for (const job of prepared) jobNames.push((await start(job, true)).jobName)
        return { jobNames }
      },
      async 'jobs.delete'({ jobNames }) {
        for (const jobName of jobNames) await refuseUnlessIdle(jobFolder(jobsDir, jobName), jobName)
        for (const jobName of jobNames) {
          await removeJobFolder(jobsDir, jobName)
          index.deleteJob(jobName)
        }
        await index.flush()
        changes.removed(jobNames)
        return {}
      },
    },
    sources: {
      'jobs.changes': (_params, { signal }) => changes.follow(signal),
      async *'job.events'({ jobName, afterSeq }, { signal }) {
        jobFolder(jobsDir, jobName)
        for await (const event of engine.events({ jobName, trialName: null }, { afterSeq, follow: true, signal }))
          if (isJobEvent(event)) yield event
      },
    },
  }
}

function toAgentInfo({ name, summary, model = 'none', kwargs }: AgentDefinition): AgentInfo {
  return { name, summary, model, kwargs: { ...kwargs } }
}

/** Settled one after the other, before any is started: a mistake in one starts none. */
async function prepareAll(engine: Engine, requests: readonly RunRequest[]): Promise<readonly PreparedJob[]> {
  const prepared: PreparedJob[] = []
  for (const request of requests) prepared.push(await engine.prepare(request))
  return prepared
}

function mentions(job: JobSummary, text: string): boolean {
  const needle = foldCase(text)
  return [job.jobName, ...job.agents, ...job.models, ...job.sources].some((name) => foldCase(name).includes(needle))
}

/** What the screens get of a prepared job, without its configuration. */
function toWire({ jobName, directory, backend, trials, ...rest }: PreparedJob) {
  return {
    jobName,
    directory,
    backend,
    trials: trials.map(({ trialName, taskName, agent, model, attempt, refusal }) => {
      return { trialName, taskName, agent, model, attempt, refusal }
    }),
    invalidTasks: rest.invalidTasks.map(({ name, directory: folder, issues }) => {
      return { name, directory: folder, issues: [...issues] }
    }),
    hostVariables: rest.hostVariables.map((variable) => {
      return { ...variable, tasks: [...variable.tasks], servers: [...variable.servers] }
    }),
    missingSecrets: [...rest.missingSecrets],
    missingKeys: [...rest.missingKeys],
    warnings: rest.warnings.map(({ message, tasks }) => ({ message, tasks: [...tasks] })),
    images: [...rest.images],
  }
}

function commandLineOf(directory: string, jobsDir: string): string | null {
  let config: JobConfig
  try {
    config = readJobConfig(directory)
  } catch {
    return null
  }
  const backend = readJobRecord(directory)?.backend ?? 'auto'
  return toCommandLine(config, { backend, jobsDir })
}
