import type { HostEnv } from '../../../job/secrets.ts'
import type { EnvironmentAsk } from '../installed-agent.ts'
import { missingVariable } from '../missing-variable.ts'
import type { SPECS } from './settings.ts'

/** Harbor's defaults, where nothing is named. */
const OPENAI = 'https://api.openai.com/v1'
const DEFAULT_MODEL = 'qwen3-coder-plus'

/** Key, address and model; the login of this host has an address of its own. */
export function qwenEnvironment(ask: EnvironmentAsk<typeof SPECS>): Readonly<Record<string, string>> {
  const { env, settings, model, credential } = ask
  const named = settings.base_url ?? setIn(env, 'OPENAI_BASE_URL') ?? setIn(env, 'OPENAI_API_BASE')
  return {
    ...(credential === null
      ? { OPENAI_API_KEY: keyOf(env), OPENAI_BASE_URL: named ?? OPENAI }
      : { OPENAI_BASE_URL: OPENAI, ...credential.env }),
    OPENAI_MODEL: model?.name ?? setIn(env, 'OPENAI_MODEL') ?? DEFAULT_MODEL,
  }
}

function keyOf(env: HostEnv): string {
  const key = setIn(env, 'OPENAI_API_KEY')
  if (key !== null) return key
  throw missingVariable('agent qwen-coder needs a key: OPENAI_API_KEY is not set', {
    anyOf: ['OPENAI_API_KEY'],
    hasLogin: true,
  })
}

function setIn(env: HostEnv, name: string): string | null {
  const value = env[name]
  return value === undefined || value.trim() === '' ? null : value
}
