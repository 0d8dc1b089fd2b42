import { z } from 'zod'
import {
  AgentConfig,
  ArtifactEntry,
  EnvironmentConfig,
  TaskRef,
  timeoutShape,
  UserAgentConfig,
  VerifierConfig,
} from './common.ts'
import { DatasetConfig } from './dataset-config.ts'
import { migrateLegacyJob, refuseAgentLimits } from './job-rules.ts'
import { choice, FilePath, Flag, Float, int, list, PathOrNull, set, table, Text, Texts, UuidOrNull } from './lax.ts'
import { MetricConfig } from './metric-config.ts'
import { disableWhenOnlyInstalling } from './trial-config.ts'

/** Errors that another try would not help against. */
const NOT_RETRIED = [
  'AgentTimeoutError',
  'VerifierTimeoutError',
  'RewardFileNotFoundError',
  'RewardFileEmptyError',
  'VerifierOutputParseError',
  'ApiUsageLimitError',
  'AgentSafetyRefusalError',
  'AgentAuthenticationError',
  'ModelNotFoundError',
]

/** Which failed trials are run again, and after what wait. Exclusion wins. */
export const RetryConfig = table({
  max_retries: int(0).default(0),
  /** Null: all. */
  include_exceptions: set(Text).nullable().default(null),
  exclude_exceptions: set(Text)
    .nullable()
    .default(() => [...NOT_RETRIED]),
  wait_multiplier: Float.default(1),
  min_wait_sec: Float.default(1),
  max_wait_sec: Float.default(60),
})
export type RetryConfig = z.infer<typeof RetryConfig>

/** A recorded job that this one is made from. */
const SourceJob = table({
  action: choice(['regrade', 'diff']),
  type: choice(['local', 'hub']),
  job_id: UuidOrNull,
  path: PathOrNull,
}).superRefine(({ type, job_id, path }, context) => {
  const refuse = (key: string, message: string): void => context.addIssue({ code: 'custom', message, path: [key] })
  if (type === 'hub' && job_id === null) refuse('job_id', 'is missing: a hub source needs it')
  if (type === 'hub' && path !== null) refuse('path', 'may not be given for a hub source')
  if (type === 'local' && path === null) refuse('path', 'is missing: a local source needs it')
})

const fields = table({
  /** Null: Harbor takes the time of day; so does who starts the job. */
  job_name: Text.optional(),
  jobs_dir: FilePath.default('jobs'),
  n_attempts: int(1).default(1),
  install_only: Flag.default(false),
  ...timeoutShape,
  debug: Flag.default(false),
  n_concurrent_trials: int(1).default(4),
  quiet: Flag.default(false),
  retry: RetryConfig.prefault({}),
  environment: EnvironmentConfig.prefault({}),
  verifier: VerifierConfig.prefault({}),
  metrics: list(MetricConfig).default(() => []),
  agents: list(AgentConfig).prefault(() => [{}]),
  user_agent: UserAgentConfig.nullable().default(null),
  datasets: list(DatasetConfig).default(() => []),
  tasks: list(TaskRef).default(() => []),
  artifacts: list(ArtifactEntry).default(() => []),
  extra_instruction_paths: list(FilePath).default(() => []),
  extra_instructions: Texts,
  source_jobs: list(SourceJob).default(() => []),
})

/** `config.json` of a job, and the YAML or JSON that a user writes. Older layouts are converted. */
export const JobConfig = z
  .preprocess<unknown, typeof fields, z.input<typeof fields>>(migrateLegacyJob, fields)
  .superRefine((job, context) => {
    refuseAgentLimits(job, context)
    const actions = new Set(job.source_jobs.map(({ action }) => action))
    const refuse = (message: string): void => context.addIssue({ code: 'custom', message, path: ['source_jobs'] })
    if (actions.size > 1) refuse('all use the same action')
    if (actions.size > 0 && job.install_only) refuse('may not stand beside install_only')
  })
  .transform(disableWhenOnlyInstalling)
export type JobConfig = z.infer<typeof JobConfig>
/** What a job configuration is built from: every field with a default may be left out. */
export type JobConfigInput = z.input<typeof JobConfig>
