import { AppError } from '../../../../contract/errors.ts'
import type { HostEnv } from '../../../job/secrets.ts'
import type { EnvironmentAsk } from '../installed-agent.ts'
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
  throw new AppError('invalid-input', 'agent qwen-coder needs a key: OPENAI_API_KEY is not set', {
    details: { hint: 'set OPENAI_API_KEY, or use the login of this host with --ak credentials=host' },
  })
}

function setIn(env: HostEnv, name: string): string | null {
  const value = env[name]
  return value === undefined || value.trim() === '' ? null : value
}
