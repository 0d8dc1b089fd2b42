import { AppError } from '../../../../contract/errors.ts'
import type { HostEnv } from '../../../job/secrets.ts'
import type { HostCredential } from '../../credentials.ts'
import type { EnvironmentAsk } from '../installed-agent.ts'
import { missingVariable } from '../missing-variable.ts'
import { toCodexConfig } from './config.ts'
import type { CODEX_SETTINGS } from './settings.ts'

/**
 * A key, or the login of this host where the user asked for it. Harbor's variables for an `auth.json` would bring that file
 * into the container whole, with the token that makes new ones: they are refused in favour of the login.
 */
export function codexEnvironment({
  env,
  settings,
  credential,
}: EnvironmentAsk<typeof CODEX_SETTINGS>): Readonly<Record<string, string>> {
  const baseUrl = baseUrlOf(env)
  refuseAuthJson(env, credential)
  // What is wrong with it is said now, not in the container.
  toCodexConfig({ base: settings.config, baseUrl, mcpServers: [] })
  return {
    ...(credential === null ? keyOf(env, settings.config !== null) : credential.env),
    ...(baseUrl === null ? {} : { OPENAI_BASE_URL: baseUrl }),
  }
}

/** Where the model is asked for, if not at home. */
export function baseUrlOf(env: HostEnv): string | null {
  return setIn(env, 'OPENAI_BASE_URL') ?? setIn(env, 'OPENAI_API_BASE')
}

/** A configuration of one's own may name another provider with a key of its own. */
function keyOf(env: HostEnv, configured: boolean): Readonly<Record<string, string>> {
  const key = setIn(env, 'OPENAI_API_KEY')
  if (key !== null) return { OPENAI_API_KEY: key }
  if (configured) return {}
  throw missingVariable('agent codex needs a key: OPENAI_API_KEY is not set', {
    anyOf: ['OPENAI_API_KEY'],
    hasLogin: true,
  })
}

function refuseAuthJson(env: HostEnv, credential: HostCredential | null): void {
  const path = setIn(env, 'CODEX_AUTH_JSON_PATH')
  const name = path === null ? 'CODEX_FORCE_AUTH_JSON' : 'CODEX_AUTH_JSON_PATH'
  if (path === null && !isTruthy(setIn(env, name))) return
  if (credential !== null && (path === null || path === credential.source)) return
  throw new AppError('invalid-input', `agent codex: ${name} is set, but an auth.json goes into no container`, {
    details: {
      hint:
        path === null
          ? 'use --ak credentials=host, which takes the access token only, or unset it'
          : 'use --ak credentials=host with CODEX_HOME set to its folder, which takes the access token only, or unset it',
    },
  })
}

/** Words that Harbor takes for yes. */
function isTruthy(value: string | null): boolean {
  return value !== null && ['true', '1', 'yes', 'on'].includes(value.trim().toLowerCase())
}

function setIn(env: HostEnv, name: string): string | null {
  const value = env[name]
  return value === undefined || value === '' ? null : value
}
