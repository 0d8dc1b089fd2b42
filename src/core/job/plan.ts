import type { AppError } from '../../contract/errors.ts'
import type { AgentConfig, ArtifactConfig } from '../../contract/harbor/common.ts'
import type { HealthcheckConfig } from '../../contract/harbor/task-config.ts'
import type { InputLock, SkillLock, TrialLock } from '../../contract/harbor/lock.ts'
import type { TrialConfig } from '../../contract/harbor/trial-config.ts'
import type { Agent } from '../agent/agent.ts'
import type { EnvironmentSpec } from '../environment/backend.ts'
import type { HostVariable, Task } from '../task/task.ts'

type TaskIdentity = Omit<TrialLock['task'], 'digest'>

/** Everything one trial needs, settled before it starts. */
export interface TrialPlan {
  /** Why this trial cannot run at all, known before its start; it ends with this and costs nothing. */
  readonly refusal: AppError | null
  readonly trialId: string
  readonly trialName: string
  readonly jobId: string
  readonly jobName: string
  /** From 1. */
  readonly attempt: number
  /** Position in the job's list of agents. */
  readonly agentIndex: number
  readonly task: Task
  /** `sha256:…`. */
  readonly taskDigest: string
  readonly taskChecksum: string
  /** How the lock names the task. */
  readonly taskIdentity: TaskIdentity
  readonly extraInstructionLocks: readonly InputLock[]
  /** The skills that the job gives the agent. */
  readonly skillLocks: readonly SkillLock[]
  /** Dataset name, or null for tasks named by path. */
  readonly source: string | null
  /** As Harbor's config.json of the trial has it. */
  readonly config: TrialConfig
  readonly agentConfig: AgentConfig
  readonly agent: Agent
  readonly instruction: string
  readonly environment: EnvironmentSpec
  /** Recorded settings beyond Harbor's that are on. */
  readonly environmentSettings: Readonly<Record<string, string | number | boolean | string[]>>
  /** Variables of the host that the task reads in this trial. */
  readonly hostVariables: readonly HostVariable[]
  /** `[solution].env` where the solution is run, the verifier's variables and the agent's, templates resolved. */
  readonly solutionEnv: Readonly<Record<string, string>>
  readonly verifierEnv: Readonly<Record<string, string>>
  readonly agentEnv: Readonly<Record<string, string>>
  /** The job's `--ae` alone, without the keys that the agent takes from this host: for its setup. */
  readonly setupEnv: Readonly<Record<string, string>>
  /**
   * Values that must not show up anywhere although their names do not say so: of the agent's tool servers, and of
   * variables of the host that are given on under other names.
   */
  readonly otherSecrets: readonly string[]
  readonly healthcheck: HealthcheckConfig | null
  readonly artifacts: readonly ArtifactConfig[]
  readonly timeouts: TrialTimeouts
  readonly verify: boolean
  readonly installOnly: boolean
  /** False: the container is kept after the trial (`--no-delete`). */
  readonly deleteEnvironment: boolean
  /** The container of a trial that does not succeed is kept all the same (`--ek keep_on_failure=true`). */
  readonly keepOnFailure: boolean
}

/** Effective limits in milliseconds; null: none. */
export interface TrialTimeouts {
  readonly environmentMs: number
  readonly agentSetupMs: number
  readonly agentMs: number | null
  readonly verifierMs: number
}
