import type { AgentMcpServer } from '../../../../contract/harbor/mcp-server.ts'
import { unlessEmpty } from '../../mcp/texts.ts'
import type { PiEndpoint } from './access.ts'

/** The name under which pi knows an address of one's own; Harbor's. */
export const OWN_PROVIDER = 'harbor-endpoint'

export interface ModelsAsk {
  readonly endpoint: PiEndpoint
  readonly model: string
  /** Null: not asked for. */
  readonly thinking: string | null
}

/** `models.json`; its key is the name of a variable. */
export function toModels({ endpoint, model, thinking }: ModelsAsk): unknown {
  const reasons = thinking !== null && thinking !== 'off'
  const isFar = thinking === 'xhigh' || thinking === 'max'
  const entry = {
    id: model,
    ...(reasons ? { reasoning: true } : {}),
    ...(isFar ? { thinkingLevelMap: { [thinking]: thinking } } : {}),
  }
  return { providers: { [OWN_PROVIDER]: { ...endpoint, models: [entry] } } }
}

/** `mcp.json` of pi's adapter: these servers and no others, and no word about them. */
export function toServers(servers: readonly AgentMcpServer[]): unknown {
  const entries = servers.map(({ name, transport, command, args, env, url, headers }) => {
    const server: unknown =
      transport === 'stdio' ? { command, args, ...unlessEmpty({ env }) } : { url, ...unlessEmpty({ headers }) }
    return [name, server] as const
  })
  return {
    settings: { hostConfigDiscovery: 'off', notifyOnStartupConnect: false, scriptMode: false },
    mcpServers: Object.fromEntries(entries),
  }
}

/** An extension: pi has no limit of its own. It is told to the model, as Harbor's is. */
export function toTurnLimit(maxTurns: number): string {
  return `const limit = ${maxTurns}
let turns = 0

export default function (pi) {
  pi.on('before_agent_start', (event) => ({
    systemPrompt: event.systemPrompt + '\\n\\nYou can take at most ' + limit + ' turns. Finish the task and answer within them.',
  }))
  pi.on('turn_end', (_event, context) => {
    turns += 1
    if (turns >= limit) context.abort()
  })
}
`
}
