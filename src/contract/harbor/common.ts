import type { z } from 'zod'
import { AllowedHosts } from './allowed-hosts.ts'
import { ArtifactConfig, ArtifactEntry } from './artifact.ts'
import { EnvMap } from './env-map.ts'
import { EnvironmentConfig } from './environment-config.ts'
import { choice, Flag, Float, FloatOrNull, FreeValues, int, list, PathOrNull, table, TextOrNull, Texts } from './lax.ts'
import { AgentMcpServer } from './mcp-server.ts'

export { ArtifactConfig, ArtifactEntry, EnvironmentConfig }

/*
 * What job and trial configurations share. Field order is Harbor's: files are written in it. `meta` says what the
 * writer does with a field: `omitEmpty` leaves it out while it says nothing; `sensitive` and `servers` hide secrets in it.
 */

const LogPatterns = Texts.meta({ omitEmpty: true })

const agentShape = {
  name: TextOrNull,
  import_path: TextOrNull,
  model_name: TextOrNull,
  n_concurrent: int(1).nullable().default(null),
  concurrency_group: TextOrNull,
  skills: Texts,
  override_timeout_sec: FloatOrNull,
  override_setup_timeout_sec: FloatOrNull,
  max_timeout_sec: FloatOrNull,
  resume_trajectory: Flag.default(false),
  load_trajectory: TextOrNull,
  extra_allowed_hosts: AllowedHosts.default(() => []),
  include_logs: LogPatterns,
  exclude_logs: LogPatterns,
  kwargs: FreeValues,
  env: EnvMap,
  mcp_servers: list(AgentMcpServer)
    .default(() => [])
    .meta({ servers: true }),
}

/** Which agent and model, and how it runs. With neither name nor import path it is the oracle. */
export const AgentConfig = table(agentShape).transform(nameOracle)
export type AgentConfig = z.infer<typeof AgentConfig>

/** A simulated user that talks to the agent through a bridge. */
export const UserAgentConfig = table({
  ...agentShape,
  user_persona_path: PathOrNull,
  user_prompt_template_path: PathOrNull,
  bridge: table({
    kind: choice(['acp']),
    prompt_path: PathOrNull,
    kwargs: FreeValues,
  }),
}).transform(nameOracle)

function nameOracle<Agent extends { name: string | null; import_path: string | null }>(agent: Agent): Agent {
  return agent.name === null && agent.import_path === null ? { ...agent, name: 'oracle' } : agent
}

/** How the verifier of each trial runs. */
export const verifierShape = {
  override_timeout_sec: FloatOrNull,
  max_timeout_sec: FloatOrNull,
  include_logs: LogPatterns,
  exclude_logs: LogPatterns,
  env: EnvMap,
  import_path: TextOrNull.meta({ omitEmpty: true }),
  kwargs: FreeValues.meta({ omitEmpty: true }),
  disable: Flag.default(false),
}
export const VerifierConfig = table(verifierShape)
export type VerifierConfig = z.infer<typeof VerifierConfig>

/** Which task: a path of this host or of a Git repository, or the name of a package. Harbor calls it TaskConfig. */
export const TaskRef = table({
  path: PathOrNull,
  git_url: TextOrNull,
  git_commit_id: TextOrNull,
  name: TextOrNull,
  /** Tag, revision or digest of a package. */
  ref: TextOrNull,
  overwrite: Flag.default(false),
  download_dir: PathOrNull,
  /** The dataset that the task comes from. */
  source: TextOrNull,
}).superRefine(({ path, name, ref, git_commit_id, git_url }, context) => {
  const refuse = (key: string, message: string): void => context.addIssue({ code: 'custom', message, path: [key] })
  if (path === null && name === null) refuse('path', 'is missing: a task needs a path or a name')
  if (path !== null && name !== null) refuse('name', 'may not stand beside a path')
  if (ref !== null && name === null) refuse('ref', 'needs the name of a package beside it')
  if (git_commit_id !== null && git_url === null) refuse('git_commit_id', 'needs a git_url beside it')
})
export type TaskRef = z.infer<typeof TaskRef>

/** Fields that a job hands to each of its trials. Multipliers are factors on the task's own limits. */
export const timeoutShape = {
  timeout_multiplier: Float.default(1),
  agent_timeout_multiplier: FloatOrNull,
  verifier_timeout_multiplier: FloatOrNull,
  agent_setup_timeout_multiplier: FloatOrNull,
  environment_build_timeout_multiplier: FloatOrNull,
}
