import type { z } from 'zod'
import {
  AgentConfig,
  ArtifactEntry,
  EnvironmentConfig,
  TaskRef,
  timeoutShape,
  UserAgentConfig,
  VerifierConfig,
} from './common.ts'
import { choice, FilePath, Flag, list, PathOrNull, table, Text, Texts, UuidOrNull } from './lax.ts'

/** The recorded trial that this one is made from. */
const SourceTrial = table({
  action: choice(['regrade']),
  type: choice(['local', 'hub']),
  trial_id: UuidOrNull,
  path: PathOrNull,
}).superRefine(({ type, trial_id, path }, context) => {
  const refuse = (key: string, message: string): void => context.addIssue({ code: 'custom', message, path: [key] })
  if (type === 'hub' && trial_id === null) refuse('trial_id', 'is missing: a hub source needs it')
  if (type === 'hub' && path !== null) refuse('path', 'may not be given for a hub source')
  if (type === 'local' && path === null) refuse('path', 'is missing: a local source needs it')
})

/** `config.json` of a trial. */
export const TrialConfig = table({
  task: TaskRef,
  /** Empty: to be made up. */
  trial_name: Text.default(''),
  trials_dir: FilePath.default('trials'),
  install_only: Flag.default(false),
  ...timeoutShape,
  agent: AgentConfig.prefault({}),
  user_agent: UserAgentConfig.nullable().default(null),
  environment: EnvironmentConfig.prefault({}),
  verifier: VerifierConfig.prefault({}),
  artifacts: list(ArtifactEntry).default(() => []),
  extra_instruction_paths: list(FilePath).default(() => []),
  extra_instructions: Texts,
  job_id: UuidOrNull,
  source_trial: SourceTrial.nullable().default(null),
})
  .superRefine(({ install_only, source_trial, user_agent, agent }, context) => {
    const refuse = (key: string, message: string): void => context.addIssue({ code: 'custom', message, path: [key] })
    if (install_only && source_trial !== null) refuse('install_only', 'may not stand beside a source_trial')
    if (user_agent !== null && agent.load_trajectory !== null)
      refuse('user_agent', 'may not stand beside agent.load_trajectory')
  })
  .transform(disableWhenOnlyInstalling)
export type TrialConfig = z.infer<typeof TrialConfig>
/** What a trial configuration is built from: every field with a default may be left out. */
export type TrialConfigInput = z.input<typeof TrialConfig>

/** Nothing is verified where nothing ran. */
export function disableWhenOnlyInstalling<Config extends { install_only: boolean; verifier: VerifierConfig }>(
  config: Config,
): Config {
  return config.install_only ? { ...config, verifier: { ...config.verifier, disable: true } } : config
}
