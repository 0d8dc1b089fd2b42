import { AppError, toAppError } from '../../contract/errors.ts'
import type { AgentConfig } from '../../contract/harbor/common.ts'
import type { JobConfig } from '../../contract/harbor/job-config.ts'
import type { InputLock } from '../../contract/harbor/lock.ts'
import type { TrialConfig } from '../../contract/harbor/trial-config.ts'
import type { PlannedTrial } from '../../contract/job-record.ts'
import type { Agent, AgentDefinition } from '../agent/agent.ts'
import { resolveServers } from '../agent/mcp/resolve.ts'
import { serverSecrets } from '../agent/mcp/secrets.ts'
import { oracleAgent } from '../agent/oracle.ts'
import type { EnvironmentSpec } from '../environment/backend.ts'
import type { ParsedOptions } from '../environment/options.ts'
import { collectionSet } from '../task/artifacts.ts'
import { listVariablesOfJob } from '../task/host-variables.ts'
import { assembleInstruction } from '../task/instruction.ts'
import { taskMcpServers } from '../task/mcp.ts'
import type { Task } from '../task/task.ts'
import { resolveTemplates } from '../task/templates.ts'
import type { TrialPlan } from './plan.ts'
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
  { config: agentConfig, definition, agent }: SelectedAgent,
  planned: PlannedTrial,
): TrialPlan {
  const { config } = job
  const { task } = selected
  const runsSolution = definition.name === oracleAgent.name
  const env = resolveAll(job, task, agentConfig, runsSolution)
  return {
    refusal: env.refusal ?? refuseAgent(definition, task),
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
    hostVariables: listVariablesOfJob(task.config, config, runsSolution),
    solutionEnv: env.solution,
    verifierEnv: env.verifier,
    agentEnv: { ...agent.env, ...env.agent },
    setupEnv: env.agent,
    serverSecrets: env.servers,
    healthcheck: task.config.environment.healthcheck,
    artifacts: collectionSet(task.config.artifacts, config.artifacts),
    timeouts: trialTimeouts(task.config, { ...config, agent: agentConfig }),
    verify: !config.verifier.disable && !config.install_only,
    installOnly: config.install_only,
    deleteEnvironment: config.environment.delete,
    keepOnFailure: job.options.keepOnFailure,
  }
}

interface ResolvedEnvironments {
  readonly environment: Readonly<Record<string, string>>
  readonly solution: Readonly<Record<string, string>>
  readonly verifier: Readonly<Record<string, string>>
  readonly agent: Readonly<Record<string, string>>
  /** Secrets of the tool servers. */
  readonly servers: readonly string[]
  readonly refusal: AppError | null
}

/**
 * `${VAR}` templates against the host's variables: of what is used alone, so what a job replaces need not be there. A
 * missing one is found here, before anything is started.
 */
function resolveAll(
  { config, hostEnv }: JobFacts,
  task: Task,
  agent: AgentConfig,
  runsSolution: boolean,
): ResolvedEnvironments {
  const resolve = (env: Readonly<Record<string, string>>): Record<string, string> => resolveTemplates(env, hostEnv)
  try {
    const agentEnv = resolve(agent.env)
    return {
      environment: resolve({ ...task.config.environment.env, ...config.environment.env }),
      solution: runsSolution ? resolve(task.config.solution.env) : {},
      verifier: resolve({ ...task.config.verifier.env, ...config.verifier.env }),
      agent: agentEnv,
      servers: secretsOfServers(task, agent, { ...hostEnv, ...agentEnv }),
      refusal: null,
    }
  } catch (error) {
    const refusal = toAppError(error, 'invalid-input')
    return { environment: {}, solution: {}, verifier: {}, agent: {}, servers: [], refusal }
  }
}

/** Of the task's servers those that stand in its task.toml; of the job's also what their templates name. */
function secretsOfServers(task: Task, { mcp_servers: definitions }: AgentConfig, env: JobFacts['hostEnv']): string[] {
  const own = taskMcpServers(task).flatMap((server) => serverSecrets(server, server, {}))
  const given = definitions.flatMap((definition) =>
    resolveServers([definition], env).flatMap((server) => serverSecrets(server, definition, env)),
  )
  return [...own, ...given]
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
