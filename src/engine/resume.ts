import { join } from 'node:path'
import { AppError } from '../contract/errors.ts'
import type { JobConfig } from '../contract/harbor/job-config.ts'
import type { JobRecord, PlannedTrial } from '../contract/job-record.ts'
import { planTrial, verifiesTrials, type SelectedAgent, type SelectedTask } from '../core/job/plan-trial.ts'
import type { TaskEntry } from '../core/task/task.ts'
import { loadTask } from '../node/fs/task-directory.ts'
import { findEarlierRun } from './earlier-run.ts'
import type { ResumeOptions } from './engine.ts'
import { refuseChangedInstructions } from './extra-instructions.ts'
import { hashAll } from './hash-tasks.ts'
import { withAbsolutePaths } from './job-paths.ts'
import { jobFacts, type PrepareDeps, type SettledJob } from './prepare.ts'
import { fillRedacted } from './redacted.ts'
import { selectAgents } from './select-agents.ts'
import { readStoredConfig } from './stored-config.ts'

export interface SettledResume {
  readonly job: SettledJob
  /** As asked for. */
  readonly retryExceptions: readonly string[] | null
  /** How many trials have a result that stands, for now: who runs the job looks again once nobody else can. */
  readonly finishedTrials: number
  /** Settings that stand as `****` in the stored configuration and were not given again. */
  readonly missingSecrets: readonly string[]
}

/** Settles what is left of a job from its own files: the same tasks, agents, backend and names as before. */
export async function settleResume(jobName: string, options: ResumeOptions, deps: PrepareDeps): Promise<SettledResume> {
  const directory = join(deps.jobsDir, jobName)
  const { record, pending, earlier } = findEarlierRun(directory, options.retryExceptions)
  // Jobs of earlier versions have paths as they were typed.
  const stored = withAbsolutePaths(readConfig(directory, record), deps)
  const { config, missingSecrets } = fillRedacted(stored, {
    given: options.secrets,
    hostEnv: deps.env,
  })
  const chosen = await deps.backends.choose(record.backend)
  const agents = await selectAgents(config.agents, deps)
  const tasks = await loadTasks(pending, config)
  const facts = await jobFacts({ jobId: record.jobId, jobName, directory, config }, deps)
  refuseChangedInstructions(directory, facts)
  return {
    retryExceptions: options.retryExceptions,
    missingSecrets,
    finishedTrials: earlier.finished.length,
    job: {
      jobId: record.jobId,
      jobName,
      directory,
      config,
      chosen: { ...chosen, reason: null },
      planned: pending,
      plans: pending.map((trial) => planTrial(facts, taskOf(trial, tasks), agentOf(trial, agents), trial)),
      invalid: [],
      metrics: new Map(Object.entries(record.metrics ?? {})),
    },
  }
}

function readConfig(directory: string, record: JobRecord): JobConfig {
  const config = readStoredConfig(directory, record)
  if (config !== null) return config
  throw new AppError('invalid-input', `${directory} cannot be resumed: its configuration is damaged`)
}

/** The tasks of the trials that are to run, still as they were when the job started. */
async function loadTasks(
  pending: readonly PlannedTrial[],
  config: JobConfig,
): Promise<ReadonlyMap<string, SelectedTask>> {
  const digests = new Map(pending.map(({ taskPath, taskDigest }) => [taskPath, taskDigest]))
  const options = { verify: verifiesTrials(config) }
  const entries = await Promise.all([...digests.keys()].map(async (path) => loadTask(path, options)))
  const { tasks, invalid } = await hashAll(
    entries.flatMap((entry) => (entry.valid ? [{ task: entry.task, source: null }] : [])),
  )
  refuseBroken([...entries.filter((entry) => !entry.valid), ...invalid])
  const changed = tasks
    .filter(({ task, digest }) => digests.get(task.directory) !== digest)
    .map(({ task }) => task.name)
  if (changed.length > 0) {
    throw new AppError('invalid-input', `tasks have changed since the job started: ${changed.join(', ')}`, {
      details: {
        hint: 'results of different tasks must not be mixed in one job: restore the tasks, or start a new job',
      },
    })
  }
  return new Map(tasks.map((task) => [task.task.directory, task]))
}

function refuseBroken([broken]: readonly Extract<TaskEntry, { valid: false }>[]): void {
  if (broken === undefined) return
  const [issue] = broken.issues
  const reason = issue === undefined ? '' : `: ${issue.file}: ${issue.message}`
  throw new AppError('not-found', `the task ${broken.directory} is no longer there, or no longer valid${reason}`, {
    details: { hint: 'put it back as it was when the job started' },
  })
}

function taskOf(trial: PlannedTrial, tasks: ReadonlyMap<string, SelectedTask>): SelectedTask {
  const task = tasks.get(trial.taskPath)
  if (task === undefined) throw new AppError('internal', `no task was loaded for ${trial.trialName}`)
  return { ...task, source: trial.source }
}

function agentOf(trial: PlannedTrial, agents: readonly SelectedAgent[]): SelectedAgent {
  const agent = agents[trial.agentIndex]
  if (agent === undefined)
    throw new AppError('invalid-input', `the job's configuration no longer has the agent of ${trial.trialName}`)
  return agent
}
