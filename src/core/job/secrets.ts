/** What stands in a file for a setting that is kept nowhere: it is asked for again on resume. */
export const REDACTED_SETTING = '****'

/** Shorter values are not looked for in output: they would be found everywhere. */
const MIN_SECRET_LENGTH = 8

/** Whether a variable's name says that its value is a secret. `TOKENS` counts something; `TOKEN` opens something. */
export function isSensitiveKey(name: string): boolean {
  return /KEY|SECRET|TOKEN(?!S)|PASSWORD|CREDENTIAL|AUTH/i.test(name)
}

/** The secret values of several environments, each once. */
export function secretValues(environments: readonly Readonly<Record<string, string>>[]): readonly string[] {
  const values = environments.flatMap((env) => Object.entries(env).filter(([key]) => isSensitiveKey(key)))
  return [...new Set(values.map(([, value]) => value))].filter((value) => value.length >= MIN_SECRET_LENGTH)
}

/**
 * Settings as they may stand in a file: a sensitive value becomes `${NAME}` where the host's variable of that name
 * holds the same, else `****`. A template holds no value and stays.
 */
export function redactSettings(
  env: Readonly<Record<string, string>>,
  hostEnv: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  return Object.fromEntries(Object.entries(env).map(([key, value]) => [key, redactSetting(key, value, hostEnv)]))
}

/** Names of the settings that a file holds only as `****`. */
export function redactedNames(env: Readonly<Record<string, string>>): readonly string[] {
  return Object.keys(env).filter((key) => env[key] === REDACTED_SETTING)
}

function redactSetting(key: string, value: string, hostEnv: Readonly<Record<string, string | undefined>>): string {
  if (!isSensitiveKey(key) || value === '' || isTemplate(value)) return value
  return hostEnv[key] === value ? `\${${key}}` : REDACTED_SETTING
}

function isTemplate(value: string): boolean {
  return /^\$\{[A-Za-z_][A-Za-z0-9_]*\}$/.test(value)
}
