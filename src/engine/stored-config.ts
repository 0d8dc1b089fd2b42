import { JobConfig } from '../contract/harbor/job-config.ts'
import type { JobRecord } from '../contract/job-record.ts'
import { parseHarborJson } from '../core/job/harbor-json.ts'
import { CONFIG_FILE } from '../node/read/layout.ts'
import { readTextBelow } from '../node/read/safe-read.ts'

/**
 * The configuration of a job: Harbor's config.json, or the copy of it in our record where that file is damaged. What
 * Harbor's file has no place for stands in the copy alone. Null: neither can be read.
 */
export function readStoredConfig(directory: string, record: Pick<JobRecord, 'config'> | null): JobConfig | null {
  const own = parseConfig(record?.config ?? null)
  const config = parseConfig(readTextBelow(directory, [CONFIG_FILE]))
  return config === null || own === null ? (config ?? own) : withOwnFields(config, own)
}

function parseConfig(text: string | null): JobConfig | null {
  if (text === null) return null
  try {
    return JobConfig.safeParse(parseHarborJson(text)).data ?? null
  } catch {
    return null
  }
}

/** Variables and headers of tool servers. */
function withOwnFields(config: JobConfig, own: JobConfig): JobConfig {
  return {
    ...config,
    agents: config.agents.map((agent, index) => ({
      ...agent,
      mcp_servers: agent.mcp_servers.map((server, at) => {
        const kept = own.agents[index]?.mcp_servers[at]
        return kept?.name === server.name ? { ...server, env: kept.env, headers: kept.headers } : server
      }),
    })),
  }
}
