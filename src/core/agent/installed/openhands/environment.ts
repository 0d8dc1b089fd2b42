import { AppError } from '../../../../contract/errors.ts'
import type { HostEnv } from '../../../job/secrets.ts'
import type { EnvironmentAsk } from '../installed-agent.ts'
import { missingVariable } from '../missing-variable.ts'
import { providerAccess } from '../providers.ts'
import type { SPECS } from './settings.ts'

/** Key, address and model under OpenHands' own names. AppError `invalid-input` names what is missing. */
export function openhandsEnvironment(ask: EnvironmentAsk<typeof SPECS>): Readonly<Record<string, string>> {
  const { env, model, settings } = ask
  const name = model?.full ?? textIn(env, 'LLM_MODEL') ?? textIn(env, 'ANTHROPIC_MODEL')
  if (name === null) {
    throw new AppError('invalid-input', 'agent openhands needs a model', {
      details: { hint: 'name one: -m provider/name, or set LLM_MODEL' },
    })
  }
  const provider = name.includes('/') ? name.slice(0, name.indexOf('/')) : ''
  return {
    ...ownVariables(env),
    LLM_API_KEY: keyOf(env, provider),
    LLM_MODEL: name,
    ...only({
      LLM_BASE_URL: textIn(env, 'LLM_BASE_URL') ?? settings.api_base ?? addressOf(env, provider),
      LLM_API_VERSION:
        textIn(env, 'LLM_API_VERSION') ?? (provider === 'azure' ? textIn(env, 'AZURE_API_VERSION') : null),
    }),
  }
}

/** A server of one's own wants none. */
const NO_KEY = 'none'

function keyOf(env: HostEnv, provider: string): string {
  const own = textIn(env, 'LLM_API_KEY')
  const { keys, keyName } = providerAccess(provider, env)
  const key = own ?? (keyName === null ? null : textIn(env, keyName))
  if (key !== null) return key
  if (provider.toLowerCase() === 'hosted_vllm') return NO_KEY
  const anyOf = ['LLM_API_KEY', ...(provider === '' ? [] : keys)]
  const what = provider === '' ? 'its model' : provider
  throw missingVariable(`agent openhands has no key for ${what}: ${anyOf.join(' or ')} is not set`, { anyOf })
}

const ADDRESSES = ['HOSTED_VLLM_API_BASE', 'VLLM_API_BASE', 'OPENAI_API_BASE', 'AZURE_API_BASE']

function addressOf(env: HostEnv, provider: string): string | null {
  const named = ADDRESSES.map((name) => textIn(env, name)).find((value) => value !== null)
  return named ?? providerAccess(provider, env).baseUrl
}

/** Whatever else this host says to OpenHands. */
function ownVariables(env: HostEnv): Readonly<Record<string, string>> {
  return only(
    Object.fromEntries(
      Object.entries(env).flatMap(([name, value]) => (name.startsWith('OPENHANDS_') ? [[name, value ?? null]] : [])),
    ),
  )
}

function textIn(env: HostEnv, name: string): string | null {
  const value = env[name]
  return value === undefined || value.trim() === '' ? null : value
}

/** Those that are set. */
export function only(
  values: Readonly<Record<string, string | number | boolean | null>>,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(values).flatMap(([key, value]) => (value === null ? [] : [[key, String(value)]])),
  )
}
