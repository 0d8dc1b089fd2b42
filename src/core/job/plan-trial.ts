import { AppError } from '../../contract/errors.ts'
import type { AgentConfig } from '../../contract/harbor/common.ts'
import type { JobConfig } from '../../contract/harbor/job-config.ts'
import type { InputLock, SkillLock } from '../../contract/harbor/lock.ts'
import type { TrialConfig } from '../../contract/harbor/trial-config.ts'
import type { PlannedTrial } from '../../contract/job-record.ts'
import type { Agent, AgentDefinition } from '../agent/agent.ts'
import { oracleAgent } from '../agent/oracle.ts'
import type { EnvironmentSpec } from '../environment/backend.ts'
import type { ParsedOptions } from '../environment/options.ts'
import { collectionSet } from '../task/artifacts.ts'
import { listVariablesOfJob } from '../task/host-variables.ts'
import { assembleInstruction } from '../task/instruction.ts'
import type { Task } from '../task/task.ts'
import type { TrialPlan } from './plan.ts'
import { resolveEnvironments, UNRESOLVED } from './resolve-environments.ts'
import { trialTimeouts } from './timeouts.ts'

/** A task as a job runs it, with what identifies its content. */
export interface SelectedTask {
  readonly task: Task
  /** `sha256:…`. */
  readonly digest: string
  readonly checksum: string
  /** Of all that a build of its environment folder is given. */
  readonly contextId: string
  /** The dataset it comes from; null for a task named by path. */
  readonly source: string | null
}

/** One agent of a job, ready to run. */
export interface SelectedAgent {
  readonly config: AgentConfig
  readonly definition: AgentDefinition
  readonly agent: Agent
  /** What identifies the content of its skills. */
  readonly skillLocks: readonly SkillLock[]
}

export interface JobFacts {
  readonly jobId: string
  readonly jobName: string
  readonly config: JobConfig
  /** The job's folder, absolute. */
  readonly directory: string
  readonly hostEnv: Readonly<Record<string, string | undefined>>
  readonly options: ParsedOptions
  /** Texts of the job's extra instruction files. */
  readonly extraFiles: readonly { readonly path: string; readonly text: string }[]
  readonly extraInstructionLocks: readonly InputLock[]
}

/** Settles one trial. What makes it impossible becomes its refusal: the job goes on without it. */
export function planTrial(
  job: JobFacts,
  selected: SelectedTask,
  { config: agentConfig, definition, agent, skillLocks }: SelectedAgent,
  planned: PlannedTrial,
): TrialPlan {
  const { config } = job
  const { task } = selected
  const runsSolution = definition.name === oracleAgent.name
  const unfit = refuseAgent(definition, task)
  // What will never run needs nothing of this host.
  const willRun = unfit === null && task.unsupported.length === 0
  const env = willRun ? resolveEnvironments(job, task, agentConfig, runsSolution) : UNRESOLVED
  return {
    refusal: unfit ?? env.refusal,
    trialId: planned.trialId,
    trialName: planned.trialName,
    jobId: job.jobId,
    jobName: job.jobName,
    attempt: planned.attempt,
    agentIndex: planned.agentIndex,
    task,
    taskDigest: selected.digest,
    taskChecksum: selected.checksum,
    taskIdentity: toTaskIdentity(selected),
    extraInstructionLocks: job.extraInstructionLocks,
    skillLocks,
    source: selected.source,
    config: toTrialConfig(job, selected, agentConfig, planned),
    agentConfig,
    agent,
    instruction: assembleInstruction(
      task.instruction ?? '',
      job.extraFiles.map(({ text }) => text),
      config.extra_instructions,
    ),
    environment: toEnvironmentSpec(job, selected, env.environment),
    environmentSettings: job.options.recorded,
    hostVariables: willRun ? listVariablesOfJob(task.config, config, runsSolution) : [],
    solutionEnv: env.solution,
    verifierEnv: env.verifier,
    agentEnv: { ...agent.env, ...env.agent },
    setupEnv: env.agent,
    otherSecrets: env.otherSecrets,
    healthcheck: task.config.environment.healthcheck,
    artifacts: collectionSet(task.config.artifacts, config.artifacts),
    timeouts: trialTimeouts(task.config, { ...config, agent: agentConfig }),
    verify: verifiesTrials(config),
    installOnly: config.install_only,
    deleteEnvironment: config.environment.delete,
    keepOnFailure: job.options.keepOnFailure,
  }
}

/** Whether a job verifies its trials. Tasks of one that does not need no tests. */
export function verifiesTrials({ verifier, install_only: installOnly }: JobConfig): boolean {
  return !verifier.disable && !installOnly
}

/** Harbor refuses to give a task's servers, skills or earlier trajectory to an agent that would leave them unused. */
function refuseAgent(definition: AgentDefinition, task: Task): AppError | null {
  const unmet = task.needs.filter((need) => !definition.capabilities.includes(need))
  if (unmet.length === 0) return null
  return new AppError(
    'unsupported',
    `task ${task.name} comes with ${unmet.join(' and ')}, which agent ${definition.name} cannot use`,
  )
}

/** What a task asks of its environment, under a job's settings. */
export function toEnvironmentSpec(
  job: Pick<JobFacts, 'config' | 'options'>,
  { task, contextId }: Pick<SelectedTask, 'task' | 'contextId'>,
  env: Readonly<Record<string, string>>,
): EnvironmentSpec {
  const { environment: wanted } = job.config
  const { environment: asked } = task.config
  return {
    image: asked.docker_image,
    contextDir: `${task.directory}/environment`,
    hasDockerfile: task.files.hasDockerfile,
    buildTag: `tbcc-environment:${contextId}`,
    forceBuild: wanted.force_build,
    workdir: asked.workdir,
    env,
    cpus: wanted.cpu_enforcement_policy === 'ignore' ? null : (wanted.override_cpus ?? asked.cpus),
    memoryMb: wanted.memory_enforcement_policy === 'ignore' ? null : (wanted.override_memory_mb ?? asked.memory_mb),
    // Any other policy is among the task's unsupported features.
    network: asked.network_mode === 'no-network' ? 'no-network' : 'public',
    options: job.options.options,
  }
}

function toTrialConfig(
  job: JobFacts,
  { task, source }: SelectedTask,
  agent: AgentConfig,
  planned: PlannedTrial,
): TrialConfig {
  const { config } = job
  return {
    task: {
      path: task.directory,
      git_url: null,
      git_commit_id: null,
      name: null,
      ref: null,
      overwrite: false,
      download_dir: null,
      source,
    },
    trial_name: planned.trialName,
    trials_dir: job.directory,
    install_only: config.install_only,
    timeout_multiplier: config.timeout_multiplier,
    agent_timeout_multiplier: config.agent_timeout_multiplier,
    verifier_timeout_multiplier: config.verifier_timeout_multiplier,
    agent_setup_timeout_multiplier: config.agent_setup_timeout_multiplier,
    environment_build_timeout_multiplier: config.environment_build_timeout_multiplier,
    agent,
    user_agent: null,
    environment: config.environment,
    verifier: config.verifier,
    artifacts: config.artifacts,
    extra_instruction_paths: config.extra_instruction_paths,
    extra_instructions: config.extra_instructions,
    job_id: job.jobId,
    source_trial: null,
  }
}

function toTaskIdentity({ task, source }: SelectedTask): TrialPlan['taskIdentity'] {
  const name = task.directory.slice(task.directory.lastIndexOf('/') + 1)
  const version = task.config.task?.version ?? null
  return { name, version, type: 'local', source, path: task.directory, git_url: null, git_commit_id: null }
}
