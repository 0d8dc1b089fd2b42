import type { AgentMcpServer } from '../../../../contract/harbor/mcp-server.ts'
import { asRecord, type Fields } from '../../logs/fields.ts'
import { unlessEmpty } from '../../mcp/texts.ts'
import { providerAccess } from '../providers.ts'
import { refuseSecrets } from '../refuse-secrets.ts'
import type { RunAsk } from '../installed-agent.ts'
import type { SPECS } from './settings.ts'

/** What stands in `opencode.json`: Harbor's parts, the user's own over them. AppError `invalid-input` for secrets in it. */
export function toOpencodeConfig(ask: RunAsk<typeof SPECS>): Fields {
  const { settings, mcpServers, model, env, maxTurns } = ask
  const own = settings.opencode_config ?? {}
  refuseSecrets('opencode', 'opencode_config', own)
  const generated = {
    ...(mcpServers.length === 0 ? {} : { mcp: toServers(mcpServers) }),
    ...(model === null || model.provider === null
      ? {}
      : { provider: { [model.provider]: { models: { [model.name]: {} }, ...toOptions(model.provider, env) } } }),
    ...(maxTurns === null ? {} : { agent: { build: { steps: maxTurns } } }),
  }
  const config = merge(generated, own)
  return settings.disable_web_search === true ? { ...config, permission: denyWeb(config['permission']) } : config
}

/** The others read their address from elsewhere. */
const ADDRESSED: Readonly<Record<string, string>> = { anthropic: '/v1', google: '/v1beta', openai: '/v1' }

function toOptions(provider: string, env: RunAsk<typeof SPECS>['env']): Fields {
  const path = ADDRESSED[provider]
  const { baseUrl } = providerAccess(provider, env)
  return path === undefined || baseUrl === null ? {} : { options: { baseURL: withPath(baseUrl, path) } }
}

/** Clients of the vendors add the version's path themselves, opencode does not: the same variable may serve both. */
function withPath(baseUrl: string, path: string): string {
  const bare = /^(https?:\/\/[^/?#]+)\/?$/i.exec(baseUrl.trim())
  return bare === null ? baseUrl : `${bare[1] ?? ''}${path}`
}

function toServers(servers: readonly AgentMcpServer[]): Fields {
  return Object.fromEntries(
    servers.map(({ name, transport, command, args, env, url, headers }) => [
      name,
      transport === 'stdio'
        ? { type: 'local', command: [command, ...args], ...unlessEmpty({ environment: env }) }
        : // Without it, opencode takes any 401 for an invitation to log in.
          { type: 'remote', url, oauth: false, ...unlessEmpty({ headers }) },
    ]),
  )
}

const WEB_TOOLS = ['websearch', 'webfetch']

/** The last rule counts: whatever the user allows comes before. */
function denyWeb(permission: unknown): Fields {
  const rules = asRecord(permission) ?? (permission === undefined || permission === null ? {} : { '*': permission })
  return {
    ...Object.fromEntries(Object.entries(rules).filter(([tool]) => !WEB_TOOLS.includes(tool))),
    ...Object.fromEntries(WEB_TOOLS.map((tool) => [tool, 'deny'])),
  }
}

function merge(base: Fields, over: Fields): Fields {
  const merged = Object.entries(over).map(([key, value]) => {
    const below = Object.hasOwn(base, key) ? asRecord(base[key]) : null
    const above = asRecord(value)
    return [key, below !== null && above !== null ? merge(below, above) : value] as const
  })
  return { ...base, ...Object.fromEntries(merged) }
}
