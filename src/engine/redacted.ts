import { mapServerTexts } from '../core/agent/mcp/texts.ts'
import { variableOfSetting } from '../core/job/secrets.ts'
import type { JobConfig } from '../contract/harbor/job-config.ts'

/** What stands in a stored configuration for a value that is kept nowhere. */
const REDACTED = /\*{4}/

/** Where the values of hidden settings come from. */
export interface SecretSources {
  /** By place, e.g. `agents.0.env.API_KEY`. */
  readonly given: Readonly<Record<string, string>>
  /** By the variable of the setting's own name (`variableOfSetting`). */
  readonly hostEnv: Readonly<Record<string, string | undefined>>
}

/** A stored configuration with its hidden settings given again; the places of those that nobody gives are named. */
export function fillRedacted(
  config: JobConfig,
  { given, hostEnv }: SecretSources,
): { readonly config: JobConfig; readonly missingSecrets: readonly string[] } {
  const missing: string[] = []
  const fillOne = (value: string, place: string): string => {
    if (!REDACTED.test(value)) return value
    const secret = given[place] ?? hostEnv[variableOfSetting(place)]
    if (secret === undefined) missing.push(place)
    return secret ?? value
  }
  const fill = (env: Readonly<Record<string, string>>, place: string): Record<string, string> =>
    Object.fromEntries(Object.entries(env).map(([name, value]) => [name, fillOne(value, `${place}.${name}`)]))
  const filled = {
    ...config,
    agents: config.agents.map((agent, index) => ({
      ...agent,
      env: fill(agent.env, `agents.${index}.env`),
      // A text as a whole, for it is in the definition, too.
      mcp_servers: agent.mcp_servers.map((server, at) =>
        mapServerTexts(server, ({ text, place }) => fillOne(text, `agents.${index}.mcp_servers.${at}.${place}`)),
      ),
    })),
    environment: { ...config.environment, env: fill(config.environment.env, 'environment.env') },
    verifier: { ...config.verifier, env: fill(config.verifier.env, 'verifier.env') },
  }
  return { config: filled, missingSecrets: missing }
}
