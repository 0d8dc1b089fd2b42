import { resolve } from 'node:path'
import { AppError } from '../contract/errors.ts'
import type { AgentConfig } from '../contract/harbor/common.ts'
import type { AgentDefinition, AgentSettings } from '../core/agent/agent.ts'
import { findAgent } from '../core/agent/registry.ts'
import type { SelectedAgent } from '../core/job/plan-trial.ts'
import { resolveTemplates } from '../core/task/templates.ts'
import { lockSkills } from '../node/fs/skill-digest.ts'

/** What agents are made from, beside their settings. */
export interface AgentSources extends Pick<
  AgentSettings,
  'host' | 'env' | 'credentials' | 'toolchains' | 'acpRegistry' | 'prices'
> {
  /** What relative paths of settings mean. */
  readonly cwd: string
}

/** The agents of a job, their settings checked. Throws `invalid-input` or `unsupported`. */
export async function selectAgents(
  configs: readonly AgentConfig[],
  sources: AgentSources,
): Promise<readonly SelectedAgent[]> {
  return Promise.all(configs.map(async (config) => selectAgent(config, sources)))
}

async function selectAgent(
  config: AgentConfig,
  { host, env, credentials, toolchains, acpRegistry, prices, cwd }: AgentSources,
): Promise<SelectedAgent> {
  const definition = findAgent(config.name ?? 'oracle')
  refuseUnused(config, definition)
  const skills = config.skills.map((path) => resolve(cwd, path))
  // Before the start: every trial would find out what is wrong with one after its image and its agent were there.
  const skillLocks = await lockSkills(skills)
  const agent = await definition.create({
    model: config.model_name,
    kwargs: config.kwargs,
    host,
    env: { ...env, ...given(config.env, env) },
    mcpServers: config.mcp_servers,
    skills,
    credentials,
    toolchains,
    acpRegistry,
    prices,
  })
  return { config, definition, agent, skillLocks }
}

/** What `--ae` gives; a template whose variable is missing is named by the trials that need it. */
function given(own: AgentConfig['env'], host: AgentSources['env']): Readonly<Record<string, string>> {
  const resolved = Object.entries(own).map(([name, value]) => resolveOne(name, value, host))
  return Object.fromEntries(resolved.flatMap((one) => Object.entries(one)))
}

function resolveOne(name: string, value: string, host: AgentSources['env']): Readonly<Record<string, string>> {
  try {
    return resolveTemplates({ [name]: value }, host)
  } catch {
    return {}
  }
}

/** Settings that no agent here knows what to do with are named: dropping one would change what is measured. */
function refuseUnused(config: AgentConfig, { capabilities }: AgentDefinition): void {
  const unused = [
    ...(config.import_path === null ? [] : ['import_path']),
    ...(config.skills.length === 0 || capabilities.includes('skills') ? [] : ['skills']),
    ...(config.mcp_servers.length === 0 || capabilities.includes('mcp-servers') ? [] : ['mcp_servers']),
    ...(config.resume_trajectory ? ['resume_trajectory'] : []),
    ...(config.load_trajectory === null ? [] : ['load_trajectory']),
    ...(config.extra_allowed_hosts.length === 0 ? [] : ['extra_allowed_hosts']),
    ...(config.include_logs.length === 0 && config.exclude_logs.length === 0 ? [] : ['include_logs/exclude_logs']),
  ]
  if (unused.length > 0)
    throw new AppError('unsupported', `agent settings that are not supported yet: ${unused.join(', ')}`)
}
