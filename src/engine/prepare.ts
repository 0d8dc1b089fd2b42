import { randomUUID } from 'node:crypto'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '../contract/errors.ts'
import type { JobConfig } from '../contract/harbor/job-config.ts'
import type { PlannedTrial } from '../contract/job-record.ts'
import type { AcpRegistry } from '../core/agent/acp/registry.ts'
import type { HostCredentials } from '../core/agent/credentials.ts'
import type { HostTree } from '../core/agent/host.ts'
import type { Prices } from '../core/prices/prices.ts'
import type { Toolchains } from '../core/agent/toolchains.ts'
import { parseEnvironmentOptions } from '../core/environment/options.ts'
import { expandTrials, type TrialSlot } from '../core/job/expand.ts'
import type { MetricType } from '../core/job/job-stats.ts'
import type { TrialPlan } from '../core/job/plan.ts'
import { planTrial, type JobFacts, type SelectedAgent, type SelectedTask } from '../core/job/plan-trial.ts'
import { createTrialName } from '../core/job/trial-name.ts'
import type { TaskEntry } from '../core/task/task.ts'
import { isFreeForJob } from '../node/fs/job-files.ts'
import type { Backends, ChosenBackend } from './backends.ts'
import type { RunRequest } from './engine.ts'
import { refuseUnsupportedConfig } from './config-support.ts'
import { readExtraInstructions } from './extra-instructions.ts'
import { hashAll } from './hash-tasks.ts'
import { withAbsolutePaths } from './job-paths.ts'
import { placeFlag } from './place-flag.ts'
import { selectAgents } from './select-agents.ts'
import { selectTasks } from './select-tasks.ts'

/** A job with everything settled, before anything is on disk. */
export interface SettledJob {
  readonly jobId: string
  readonly jobName: string
  /** Absolute. */
  readonly directory: string
  readonly config: JobConfig
  readonly chosen: ChosenBackend
  readonly plans: readonly TrialPlan[]
  readonly planned: readonly PlannedTrial[]
  readonly invalid: readonly Extract<TaskEntry, { valid: false }>[]
  /** Of datasets that have their own, by name, with those of the job. */
  readonly metrics: ReadonlyMap<string, MetricType[]>
}

export interface PrepareDeps {
  readonly cwd: string
  readonly jobsDir: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly backends: Backends
  readonly host: HostTree
  readonly credentials: HostCredentials
  readonly toolchains: Toolchains
  readonly acpRegistry: AcpRegistry
  readonly prices: Prices
}

/** Settles a new job. Nothing is written yet. */
export async function settleJob(request: RunRequest, deps: PrepareDeps): Promise<SettledJob> {
  refuseUnsupportedConfig(request.config)
  const jobName = request.config.job_name ?? defaultJobName(new Date())
  const directory = join(deps.jobsDir, jobName)
  if ((await exists(directory)) && !(await isFreeForJob(directory))) {
    throw new AppError('already-exists', `the job ${jobName} exists already: ${directory}`, {
      details: {
        hint: `go on with it: tbcc resume ${jobName}${placeFlag(deps.jobsDir, deps.cwd)}; or choose another --job-name`,
      },
    })
  }
  const chosen = await deps.backends.choose(request.backend)
  const asked = withAbsolutePaths(withBackend({ ...request.config, job_name: jobName }, chosen.backend.name), deps)
  const selection = await selectTasks(asked, deps.cwd)
  const config = { ...asked, datasets: [...selection.datasets] }
  if (selection.tasks.length === 0) throw nothingToRun(selection.invalid)
  const agents = await selectAgents(config.agents, deps)
  const { tasks, invalid: unhashed } = await hashAll(
    selection.tasks.map(({ entry, source }) => ({ task: entry.task, source })),
  )
  const invalid = [...selection.invalid, ...unhashed]
  if (tasks.length === 0) throw nothingToRun(invalid)
  const taken = new Set<string>()
  const slots = expandTrials(tasks, agents, config.n_attempts)
  const planned = slots.map((slot) => toPlanned(slot, taken))
  const facts = await jobFacts({ jobId: randomUUID(), jobName, directory, config }, deps)
  return {
    jobId: facts.jobId,
    jobName,
    directory,
    config,
    chosen,
    planned,
    plans: slots.map((slot, index) => planTrial(facts, slot.task, slot.agent, required(planned[index]))),
    invalid,
    metrics: selection.metrics,
  }
}

/** What all trials of a job share; its configuration has absolute paths. */
export async function jobFacts(
  job: Pick<JobFacts, 'jobId' | 'jobName' | 'directory' | 'config'>,
  { env }: Pick<PrepareDeps, 'env'>,
): Promise<JobFacts> {
  const options = parseEnvironmentOptions(job.config.environment.kwargs)
  await refuseMissingBundle(options.options.caBundle)
  return { ...job, hostEnv: env, options, ...(await readExtraInstructions(job.config)) }
}

/** Said before the start: every trial would find it out for itself. */
async function refuseMissingBundle(path: string | null): Promise<void> {
  if (path === null) return
  const isFile = await stat(path).then(
    (found) => found.isFile(),
    () => false,
  )
  if (!isFile) throw new AppError('invalid-input', `the CA bundle ${path} (--ek ca_bundle) is no file`)
}

function toPlanned(
  { task, agent, agentIndex, attempt }: TrialSlot<SelectedTask, SelectedAgent>,
  taken: Set<string>,
): PlannedTrial {
  const trialName = createTrialName(task.task.shortName, taken)
  taken.add(trialName.toLowerCase())
  return {
    trialId: randomUUID(),
    trialName,
    taskName: task.task.name,
    taskPath: task.task.directory,
    taskDigest: task.digest,
    source: task.source,
    agent: agent.agent.name,
    agentIndex,
    model: agent.config.model_name,
    attempt,
  }
}

/** The backend as Harbor's config names it. The sandbox has no name there and stands as an import path. */
function withBackend(config: JobConfig, backend: 'docker' | 'podman' | 'sandbox'): JobConfig {
  const named =
    backend === 'sandbox' ? { type: null, import_path: 'tbcc:sandbox' } : { type: backend, import_path: null }
  return { ...config, environment: { ...config.environment, ...named } }
}

/** Local time, as Harbor names jobs. */
function defaultJobName(now: Date): string {
  const two = (value: number): string => String(value).padStart(2, '0')
  const date = [now.getFullYear(), two(now.getMonth() + 1), two(now.getDate())].join('-')
  return `${date}__${[two(now.getHours()), two(now.getMinutes()), two(now.getSeconds())].join('-')}`
}

function nothingToRun(invalid: SettledJob['invalid']): AppError {
  if (invalid.length === 0) {
    return new AppError('invalid-input', 'no task was selected', {
      details: { hint: 'see what is there: tbcc tasks -p PATH' },
    })
  }
  const first = invalid[0]?.issues[0]
  const reason = first === undefined ? '' : `, e.g. ${invalid[0]?.name}: ${first.file}: ${first.message}`
  return new AppError('invalid-input', `none of the ${invalid.length} selected folders is a valid task${reason}`, {
    details: { hint: 'all issues: tbcc tasks -p PATH' },
  })
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  )
}

function required<T>(value: T | undefined): T {
  if (value === undefined) throw new AppError('internal', 'a trial was planned without a name')
  return value
}
