import { AppError } from '../contract/errors.ts'
import type { AgentConfig } from '../contract/harbor/common.ts'
import type { HostTree } from '../core/agent/host.ts'
import { findAgent } from '../core/agent/registry.ts'
import type { SelectedAgent } from '../core/job/plan-trial.ts'

/** The agents of a job, their settings checked. Throws `invalid-input` or `unsupported`. */
export async function selectAgents(configs: readonly AgentConfig[], host: HostTree): Promise<readonly SelectedAgent[]> {
  return Promise.all(configs.map(async (config) => selectAgent(config, host)))
}

async function selectAgent(config: AgentConfig, host: HostTree): Promise<SelectedAgent> {
  refuseUnused(config)
  const definition = findAgent(config.name ?? 'oracle')
  const agent = await definition.create({ model: config.model_name, kwargs: config.kwargs, host })
  return { config, definition, agent }
}

/** Settings that no agent here knows what to do with are named: dropping one would change what is measured. */
function refuseUnused(config: AgentConfig): void {
  const unused = [
    ...(config.import_path === null ? [] : ['import_path']),
    ...(config.skills.length === 0 ? [] : ['skills']),
    ...(config.mcp_servers.length === 0 ? [] : ['mcp_servers']),
    ...(config.resume_trajectory ? ['resume_trajectory'] : []),
    ...(config.load_trajectory === null ? [] : ['load_trajectory']),
    ...(config.extra_allowed_hosts.length === 0 ? [] : ['extra_allowed_hosts']),
    ...(config.include_logs.length === 0 && config.exclude_logs.length === 0 ? [] : ['include_logs/exclude_logs']),
  ]
  if (unused.length > 0)
    throw new AppError('unsupported', `agent settings that are not supported yet: ${unused.join(', ')}`)
}
