import { z } from 'zod'
import { AgentConfig, EnvironmentConfig, timeoutShape, UserAgentConfig, verifierShape } from './common.ts'
import { RetryConfig } from './job-config.ts'
import { choice, FilePath, Flag, Int, list, table, Text, Uuid } from './lax.ts'
import { VerifierEnvironmentMode } from './task-verifier.ts'
import { Moment } from './time.ts'

const Digest = Text.regex(/^sha256:[\da-f]{64}$/, { error: 'expected "sha256:" and 64 hexadecimal digits' })

export const TaskLock = table({
  /** Of a local task its folder's name, of a package org/name. */
  name: Text,
  version: Text.nullable().default(null),
  type: choice(['local', 'git', 'package']),
  digest: Digest,
  source: Text.nullable().default(null),
  path: FilePath.nullable().default(null),
  git_url: Text.nullable().default(null),
  git_commit_id: Text.nullable().default(null),
})
export type TaskLock = z.infer<typeof TaskLock>

/** Digest of a file's bytes, or without a path of a text. */
export const InputLock = table({ path: FilePath.nullable().default(null), digest: Digest })

export type InputLock = z.infer<typeof InputLock>

const SkillLock = table({
  name: Text,
  source: FilePath,
  digest: Digest,
  git_url: Text.nullable().default(null),
  git_commit_id: Text.nullable().default(null),
})

const SourceTrialLock = table({
  action: choice(['regrade']),
  type: choice(['local', 'hub']),
  trial_id: Uuid.nullable().default(null),
  path: FilePath.nullable().default(null),
  task: TaskLock.nullable().default(null),
})

/** `lock.json` of a trial: what it really ran with, so that two trials can be told to be equal. */
export const TrialLock = table({
  schema_version: Int.default(2),
  task: TaskLock,
  install_only: Flag.default(false),
  ...timeoutShape,
  extra_instructions: list(InputLock).nullable().default(null),
  agent: AgentConfig,
  user_agent: UserAgentConfig.nullable().default(null),
  user_persona: InputLock.nullable().default(null),
  user_prompt_template: InputLock.nullable().default(null),
  bridge_prompt: InputLock.nullable().default(null),
  bridge_inputs: z.record(z.string(), InputLock).default(() => ({})),
  skills: list(SkillLock).default(() => []),
  environment: EnvironmentConfig,
  extra_docker_compose: list(table({ path: FilePath, digest: Digest }))
    .nullable()
    .default(null),
  /** The mode is null for a multi-step task. */
  verifier: table({ ...verifierShape, environment_mode: VerifierEnvironmentMode.nullable().default(null) }),
  source_trial: SourceTrialLock.nullable().default(null),
})
export type TrialLock = z.infer<typeof TrialLock>
export type TrialLockInput = z.input<typeof TrialLock>

const HarborInfo = table({
  version: Text.nullable().default(null),
  git_commit_hash: Text.nullable().default(null),
  is_editable: Flag.nullable().default(null),
})

/** `lock.json` of a job. */
export const JobLock = table({
  schema_version: Int.default(3),
  created_at: Moment,
  harbor: HarborInfo.prefault({}),
  n_concurrent_trials: Int,
  retry: RetryConfig,
  trials: list(TrialLock).default(() => []),
})
export type JobLock = z.infer<typeof JobLock>
export type JobLockInput = z.input<typeof JobLock>
