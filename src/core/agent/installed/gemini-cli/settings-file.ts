import type { AgentMcpServer } from '../../../../contract/harbor/mcp-server.ts'
import type { Fields } from '../../logs/fields.ts'
import { unlessEmpty } from '../../mcp/texts.ts'
import type { RunAsk } from '../installed-agent.ts'
import { mergeSettings } from '../merge-settings.ts'
import { authType } from './access.ts'
import { shortModel } from './model.ts'
import type { SPECS } from './settings.ts'

type Ask = Pick<RunAsk<typeof SPECS>, 'env' | 'credential' | 'settings' | 'model' | 'mcpServers' | 'maxTurns'>

/** `~/.gemini/settings.json`, Harbor's. Without a login named there, the CLI asks for one on a screen. */
export function toSettings(ask: Ask): Fields {
  const { settings, mcpServers, maxTurns } = ask
  const generated = {
    security: { auth: { selectedType: authType(ask) } },
    ...(mcpServers.length === 0 ? {} : { mcpServers: toMcpServers(mcpServers) }),
    ...toModelConfigs(ask),
    ...(settings.disable_web_search === true ? { tools: { exclude: ['google_web_search', 'web_fetch'] } } : {}),
    ...(maxTurns === null ? {} : { model: { maxSessionTurns: maxTurns } }),
    experimental: { skills: true },
  }
  return mergeSettings(generated, settings.settings ?? {})
}

/** What goes to `--model`: with an effort, a name that stands in the settings for the model with it. */
export function runModel({ settings, model }: Pick<Ask, 'settings' | 'model'>): string {
  const name = shortModel(model)
  return settings.reasoning_effort === null ? name : `tbcc-${name}-${settings.reasoning_effort}`
}

function toModelConfigs(ask: Ask): Fields {
  const effort = ask.settings.reasoning_effort
  if (effort === null) return {}
  const thinkingConfig = { includeThoughts: true, thinkingLevel: effort.toUpperCase() }
  const modelConfig = { model: shortModel(ask.model), generateContentConfig: { thinkingConfig } }
  return { modelConfigs: { customAliases: { [runModel(ask)]: { modelConfig } } } }
}

/** The same for the CLI that was made from this one. */
export function toMcpServers(servers: readonly AgentMcpServer[]): Fields {
  return Object.fromEntries(
    servers.map(({ name, transport, command, args, env, url, headers }) => [
      name,
      transport === 'stdio'
        ? { command, args, ...unlessEmpty({ env }) }
        : { ...(transport === 'streamable-http' ? { httpUrl: url } : { url }), ...unlessEmpty({ headers }) },
    ]),
  )
}
