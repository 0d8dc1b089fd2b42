import { join } from 'node:path'
import { AppError } from '../contract/errors.ts'
import type { JobConfig } from '../contract/harbor/job-config.ts'
import { JobResult } from '../contract/harbor/job-result.ts'
import { TrialResult } from '../contract/harbor/trial-result.ts'
import { JobRecord, type PlannedTrial } from '../contract/job-record.ts'
import { parseHarborJson } from '../core/job/harbor-json.ts'
import type { FinishedTrial } from '../core/job/finished-trial.ts'
import { planTrial, type SelectedAgent, type SelectedTask } from '../core/job/plan-trial.ts'
import { planResume, type FoundTrial } from '../core/job/resume.ts'
import { loadTask } from '../node/fs/task-directory.ts'
import { RECORD_FILE, RESULT_FILE } from '../node/read/layout.ts'
import { directoriesBelow, readTextBelow } from '../node/read/safe-read.ts'
import type { ResumeOptions } from './engine.ts'
import { hashAll, jobFacts, type PrepareDeps, type SettledJob } from './prepare.ts'
import { fillRedacted } from './redacted.ts'
import type { EarlierRun } from './run.ts'
import { selectAgents } from './select-agents.ts'
import { readStoredConfig } from './stored-config.ts'

export interface SettledResume {
  readonly job: SettledJob
  readonly earlier: EarlierRun
  /** Settings that stand as `****` in the stored configuration and were not given again. */
  readonly missingSecrets: readonly string[]
}

/** Settles what is left of a job from its own files: the same tasks, agents, backend and names as before. */
export async function settleResume(jobName: string, options: ResumeOptions, deps: PrepareDeps): Promise<SettledResume> {
  const directory = join(deps.jobsDir, jobName)
  const record = readRecord(directory)
  const { config, missingSecrets } = fillRedacted(readConfig(directory, record), {
    given: options.secrets,
    hostEnv: deps.env,
  })
  const results = new Map(directoriesBelow(directory).map((name) => [name, readResult(join(directory, name))]))
  const found = [...results].map(([trialName, result]): FoundTrial => {
    return { trialName, hasResult: result !== null, exceptionType: result?.exception_info?.exception_type ?? null }
  })
  const plan = planResume(record.trials, found, options.retryExceptions)
  const chosen = await deps.backends.choose(record.backend)
  const agents = await selectAgents(config.agents, deps)
  const tasks = await loadTasks(plan.pending)
  const facts = await jobFacts({ jobId: record.jobId, jobName, directory, config }, deps)
  const earlierResult = readJobResult(directory)
  return {
    missingSecrets,
    job: {
      jobId: record.jobId,
      jobName,
      directory,
      config,
      chosen: { ...chosen, reason: null },
      planned: plan.pending,
      plans: plan.pending.map((trial) => planTrial(facts, taskOf(trial, tasks), agentOf(trial, agents), trial)),
      invalid: [],
    },
    earlier: {
      finished: plan.finished.flatMap((name) => toFinished(results.get(name) ?? null)),
      replace: plan.replace,
      startedAt: earlierResult?.started_at ?? null,
      retries: earlierResult?.stats.n_retries ?? 0,
    },
  }
}

function readRecord(directory: string): JobRecord {
  const text = readTextBelow(directory, [RECORD_FILE])
  const parsed = JobRecord.safeParse(text === null ? null : parseJson(text))
  if (parsed.success) return parsed.data
  throw new AppError('invalid-input', `${directory} cannot be resumed: its ${RECORD_FILE} is missing or damaged`, {
    details: {
      hint: 'tbcc resume goes on with jobs that tbcc started; finished trials of any job are shown by tbcc show',
    },
  })
}

function readConfig(directory: string, record: JobRecord): JobConfig {
  const config = readStoredConfig(directory, record)
  if (config !== null) return config
  throw new AppError('invalid-input', `${directory} cannot be resumed: its configuration is damaged`)
}

function readResult(directory: string): TrialResult | null {
  const text = readTextBelow(directory, [RESULT_FILE], MAX_RESULT_BYTES)
  const parsed = TrialResult.safeParse(text === null ? null : parseJson(text))
  return parsed.success ? parsed.data : null
}

function readJobResult(directory: string): JobResult | null {
  const text = readTextBelow(directory, [RESULT_FILE], MAX_RESULT_BYTES)
  const parsed = JobResult.safeParse(text === null ? null : parseJson(text))
  return parsed.success ? parsed.data : null
}

/** Results hold an agent's rollout details, which may be large. */
const MAX_RESULT_BYTES = 256 * 1024 ** 2

function parseJson(text: string): unknown {
  try {
    return parseHarborJson(text)
  } catch {
    return null
  }
}

/** The tasks of the trials that are to run, still as they were when the job started. */
async function loadTasks(pending: readonly PlannedTrial[]): Promise<ReadonlyMap<string, SelectedTask>> {
  const digests = new Map(pending.map(({ taskPath, taskDigest }) => [taskPath, taskDigest]))
  const entries = await Promise.all([...digests.keys()].map(async (path) => loadTask(path)))
  const broken = entries.find((entry) => !entry.valid)
  if (broken !== undefined) {
    throw new AppError(
      'not-found',
      `the task ${broken.valid ? '' : broken.directory} is no longer there, or no longer valid`,
      {
        details: { hint: 'put it back as it was when the job started' },
      },
    )
  }
  const tasks = await hashAll(entries.flatMap((entry) => (entry.valid ? [{ task: entry.task, source: null }] : [])))
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

function toFinished(result: TrialResult | null): FinishedTrial[] {
  if (result === null) return []
  const usage = result.agent_result
  return [
    {
      trialName: result.trial_name,
      taskName: result.task_name,
      agent: result.agent_info.name,
      model: result.config.agent.model_name,
      source: result.source,
      rewards: result.verifier_result?.rewards ?? null,
      exceptionType: result.exception_info?.exception_type ?? null,
      usage: {
        inputTokens: usage?.n_input_tokens ?? null,
        cachedTokens: usage?.n_cache_tokens ?? null,
        outputTokens: usage?.n_output_tokens ?? null,
        costUsd: usage?.cost_usd ?? null,
      },
    },
  ]
}
