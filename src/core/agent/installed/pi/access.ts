import { AppError } from '../../../../contract/errors.ts'
import type { EnvironmentAsk, ModelName } from '../installed-agent.ts'
import { missingVariable } from '../missing-variable.ts'
import { providerAccess, requireKey, type ProviderAccess } from '../providers.ts'
import type { SPECS } from './settings.ts'

type Ask = Pick<EnvironmentAsk<typeof SPECS>, 'env' | 'model' | 'settings'>

/** Keys and addresses. AppError `invalid-input` for a model without a provider, and for a key that is missing. */
export function piEnvironment(ask: Ask): Readonly<Record<string, string>> {
  const access = piAccess(ask)
  requireKey('pi', access)
  toEndpoint(ask)
  return access.env
}

/** An address of one's own in pi's words: a provider of `models.json`. */
export interface PiEndpoint {
  readonly baseUrl: string
  /** The variable of the key, as pi looks it up. */
  readonly apiKey: string
  readonly api: string
}

/** Null: the provider's own address, which pi knows. */
export function toEndpoint(ask: Ask): PiEndpoint | null {
  const { baseUrl, keys, keyName, provider } = piAccess(ask)
  const { model_api } = ask.settings
  if (baseUrl === null) {
    if (model_api === null) return null
    throw new AppError('invalid-input', 'agent pi: model_api says what an address speaks, and none is set', {
      details: { hint: 'set the base URL of the provider, e.g. --ae OPENAI_BASE_URL=…, or leave model_api out' },
    })
  }
  if (keyName === null) {
    const what = `a key for ${baseUrl}, any word where it asks for none`
    throw missingVariable(`agent pi needs ${what}: ${keys.join(' or ')} is not set`, { anyOf: keys })
  }
  const api = model_api ?? API_OF_PROVIDER[provider] ?? 'openai-completions'
  return { baseUrl: api === 'anthropic-messages' ? withoutVersion(baseUrl) : baseUrl, apiKey: `$${keyName}`, api }
}

/** By the model's provider, under Harbor's name for it. AppError `invalid-input` for a model without one. */
export function piAccess({ env, model }: Ask): ProviderAccess {
  const access = providerAccess(providerOf(model), env)
  if (access.provider === 'anthropic')
    return withVariable(access, 'ANTHROPIC_OAUTH_TOKEN', env['ANTHROPIC_OAUTH_TOKEN'])
  // The one name under which pi looks for it.
  if (access.provider === 'google') return withVariable(access, 'GEMINI_API_KEY', access.env[access.keyName ?? ''])
  return access
}

const API_OF_PROVIDER: Readonly<Record<string, string>> = {
  anthropic: 'anthropic-messages',
  google: 'google-generative-ai',
  openai: 'openai-responses',
  'openai-responses': 'openai-responses',
}

function providerOf(model: ModelName | null): string {
  if (model !== null && model.provider !== null && model.provider !== '' && model.name !== '') return model.provider
  throw new AppError('invalid-input', 'agent pi needs a model with its provider', {
    details: { hint: 'name it as provider/name: -m anthropic/…' },
  })
}

function withVariable(access: ProviderAccess, name: string, value: string | undefined): ProviderAccess {
  const isSet = value !== undefined && value.trim() !== '' && access.env[name] === undefined
  return isSet ? { ...access, env: { ...access.env, [name]: value } } : access
}

/** Its client adds the version's path itself. */
function withoutVersion(baseUrl: string): string {
  return baseUrl.replace(/\/v1\/?$/, '')
}
