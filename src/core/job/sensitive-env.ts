import { isTemplate } from '../task/templates.ts'

/** Variables of the host, by name. */
export type HostEnv = Readonly<Record<string, string | undefined>>

/** What stands in a file for a secret. Harbor shows the ends of long ones; here nothing of them is shown. */
export const REDACTED = '****'

/** Whether Harbor takes a variable of this name for a secret. */
export function isSensitiveKey(key: string): boolean {
  return /KEY|SECRET|TOKEN(?!S)|PASSWORD|CREDENTIAL|AUTH/i.test(key)
}

/**
 * Variables as they may be written to a file: a secret that the host has under the same name becomes `${NAME}`, so
 * that a resumed job finds it again, any other secret `****`. Templates and other values stay.
 */
export function hideSecrets(env: Readonly<Record<string, string>>, host: HostEnv): Record<string, string> {
  const hide = (key: string, value: string): string => {
    if (isTemplate(value) || !isSensitiveKey(key)) return value
    return host[key] === value ? `\${${key}}` : REDACTED
  }
  return Object.fromEntries(Object.entries(env).map(([key, value]) => [key, hide(key, value)]))
}
