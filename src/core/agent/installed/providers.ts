import type { HostEnv } from '../../job/secrets.ts'
import { missingVariable } from './missing-variable.ts'
import { PROVIDERS, PROVIDER_ALIASES, type ProviderVariables } from './providers/table.ts'

/** How a provider of models is reached: what of this host's variables is meant for it. */
export interface ProviderAccess {
  /** Harbor's name for it. */
  readonly provider: string
  /** Variables that may hold a key. */
  readonly keys: readonly string[]
  /** The one that does, not the key; null: none is set. */
  readonly keyName: string | null
  /** Where it is asked for, if not at home. */
  readonly baseUrl: string | null
  /** All of its variables that are set, by their own names. */
  readonly env: Readonly<Record<string, string>>
}

/**
 * The variables that Harbor hands to agents which know many providers. A provider that it does not list has its variables
 * by custom: `NAME_API_KEY`, `NAME_BASE_URL`.
 */
export function providerAccess(named: string, env: HostEnv): ProviderAccess {
  const provider = (Object.hasOwn(PROVIDER_ALIASES, named) ? PROVIDER_ALIASES[named] : null) ?? named
  const { keys, urls, others } = variablesOf(provider)
  const set = (names: readonly string[]): readonly (readonly [string, string])[] =>
    names.flatMap((name) => {
      const value = env[name]
      return value === undefined || value.trim() === '' ? [] : [[name, value] as const]
    })
  const [baseUrl] = set(urls)
  return {
    provider,
    keys,
    keyName: set(keys)[0]?.[0] ?? null,
    baseUrl: baseUrl?.[1] ?? null,
    env: Object.fromEntries([...set(keys), ...(baseUrl === undefined ? [] : [baseUrl]), ...set(others)]),
  }
}

/** AppError `invalid-input` where a provider that cannot be asked without a key has none. */
export function requireKey(agent: string, { provider, keyName, env }: ProviderAccess): void {
  const { keys, keyless } = variablesOf(provider)
  if (keyName !== null || keyless === true || !Object.hasOwn(PROVIDERS, provider)) return
  // A login of Google's cloud, or of Amazon's, is a key as well.
  if (Object.keys(env).some((name) => /CREDENTIALS|VERTEXAI|BEARER_TOKEN|OAUTH_TOKEN|PROFILE/.test(name))) return
  throw missingVariable(`agent ${agent} needs a key for ${provider}: ${keys.join(' or ')} is not set`, { anyOf: keys })
}

function variablesOf(provider: string): ProviderVariables {
  const known = Object.hasOwn(PROVIDERS, provider) ? PROVIDERS[provider] : undefined
  if (known !== undefined) return known
  const prefix = provider.toUpperCase().replaceAll(/[^A-Z0-9]/g, '_')
  return { keys: [`${prefix}_API_KEY`], urls: [`${prefix}_BASE_URL`], others: [] }
}
