import { z } from 'zod'
import { AgentConfig, EnvironmentConfig, timeoutShape, UserAgentConfig, verifierShape } from './common.ts'
import { RetryConfig } from './job-config.ts'
import { choice, FilePath, Flag, Int, list, PathOrNull, table, Text, TextOrNull, UuidOrNull } from './lax.ts'
import { VerifierEnvironmentMode } from './task-verifier.ts'
import { Moment } from './time.ts'

const Digest = Text.regex(/^sha256:[\da-f]{64}$/, { error: 'expected "sha256:" and 64 hexadecimal digits' })

const TaskLock = table({
  /** Of a local task its folder's name, of a package org/name. */
  name: Text,
  version: TextOrNull,
  type: choice(['local', 'git', 'package']),
  digest: Digest,
  source: TextOrNull,
  path: PathOrNull,
  git_url: TextOrNull,
  git_commit_id: TextOrNull,
})

/** Digest of a file's bytes, or without a path of a text. */
export const InputLock = table({ path: PathOrNull, digest: Digest })

export type InputLock = z.infer<typeof InputLock>

const SkillLock = table({
  name: Text,
  source: FilePath,
  digest: Digest,
  git_url: TextOrNull,
  git_commit_id: TextOrNull,
})
export type SkillLock = z.infer<typeof SkillLock>

const SourceTrialLock = table({
  action: choice(['regrade']),
  type: choice(['local', 'hub']),
  trial_id: UuidOrNull,
  path: PathOrNull,
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

const HarborInfo = table({
  version: TextOrNull,
  git_commit_hash: TextOrNull,
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
