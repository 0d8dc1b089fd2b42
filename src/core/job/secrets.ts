import { isTemplate } from '../task/templates.ts'

/** Variables of the host, by name. */
export type HostEnv = Readonly<Record<string, string | undefined>>

/** What stands in a file for a setting that is kept nowhere: it is asked for again on resume. */
export const REDACTED_SETTING = '****'

/** Shorter values are not looked for in output: they would be found everywhere. */
export const MIN_SECRET_LENGTH = 8

/** Whether Harbor takes a variable of this name for a secret. `TOKENS` counts something; `TOKEN` opens something. */
export function isSensitiveKey(name: string): boolean {
  return /KEY|SECRET|TOKEN(?!S)|PASSWORD|CREDENTIAL|AUTH/i.test(name)
}

/** The secret values of several environments, each once; of `provider=key` also the key alone, which programs hand on. */
export function secretValues(environments: readonly Readonly<Record<string, string>>[]): readonly string[] {
  const values = environments.flatMap((env) =>
    Object.entries(env).flatMap(([name, value]) => (isSensitiveKey(name) ? [value, withoutName(value)] : [])),
  )
  return [...new Set(values)].filter((value) => value.length >= MIN_SECRET_LENGTH)
}

function withoutName(value: string): string {
  return /^[A-Za-z][\w-]*=(.+)$/s.exec(value)?.[1] ?? value
}

/**
 * Variables as they may be written to a file: a secret that the host has under the same name becomes `${NAME}`, so
 * that a resumed job finds it again, any other secret `****`, of which Harbor shows the ends. Templates hold no value
 * and stay.
 */
export function hideSecrets(env: Readonly<Record<string, string>>, host: HostEnv): Record<string, string> {
  const hide = (key: string, value: string): string => {
    if (value === '' || isTemplate(value) || !isSensitiveKey(key)) return value
    return host[key] === value ? `\${${key}}` : REDACTED_SETTING
  }
  return Object.fromEntries(Object.entries(env).map(([key, value]) => [key, hide(key, value)]))
}

/**
 * The variable that a hidden setting is asked of: `agents.0.env.API_KEY` of `API_KEY`. Other places of a tool server have no
 * name of their own: `agents.0.mcp_servers.1.args.2` is asked of `AGENTS_0_MCP_SERVERS_1_ARGS_2`.
 */
export function variableOfSetting(place: string): string {
  const isUnnamed = /\.mcp_servers\.\d+\.(?!env\.)/.test(place)
  return isUnnamed ? place.replaceAll(/\W/g, '_').toUpperCase() : place.slice(place.lastIndexOf('.') + 1)
}
