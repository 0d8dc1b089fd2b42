import { AppError } from '../../../../contract/errors.ts'
import type { HostEnv } from '../../../job/secrets.ts'
import type { EnvironmentAsk } from '../installed-agent.ts'
import { missingVariable } from '../missing-variable.ts'
import { refuseEffort } from './effort.ts'
import type { SPECS } from './settings.ts'

/** Gemini CLI's own words for how it logs in. */
export type AuthType = 'gemini-api-key' | 'vertex-ai' | 'oauth-personal'

/**
 * A key, Google's cloud, or the login of this host where the user asked for it. Harbor's variables for `oauth_creds.json`
 * would bring that file into the container whole, with the token that makes new ones: they are refused.
 */
export function geminiEnvironment(ask: EnvironmentAsk<typeof SPECS>): Readonly<Record<string, string>> {
  const { env, credential } = ask
  refuseEffort(ask)
  refuseOauthFile(env, credential !== null)
  const baseUrl = firstOf(env, ['GOOGLE_GEMINI_BASE_URL', 'GOOGLE_BASE_URL'])
  const address = baseUrl === null ? {} : { GOOGLE_GEMINI_BASE_URL: baseUrl }
  switch (authType(ask)) {
    case 'oauth-personal':
      // A key beside it would be taken in its place.
      return { ...take(env, PROJECT), ...credential?.env }
    case 'vertex-ai':
      return { ...take(env, [...KEYS, ...PROJECT, ...CLOUD]), ...address }
    case 'gemini-api-key':
      return { ...take(env, [...PROJECT, ...CLOUD]), ...address, GEMINI_API_KEY: keyOf(env) }
  }
}

export function authType({ env, credential }: Pick<EnvironmentAsk<typeof SPECS>, 'env' | 'credential'>): AuthType {
  if (credential !== null) return 'oauth-personal'
  return isTruthy(env['GOOGLE_GENAI_USE_VERTEXAI']) ? 'vertex-ai' : 'gemini-api-key'
}

/** In Harbor's order. The CLI itself knows only the first one for keys of the Gemini API. */
const KEYS = ['GEMINI_API_KEY', 'GOOGLE_API_KEY', 'GOOGLE_GENERATIVE_AI_API_KEY']
const PROJECT = ['GOOGLE_CLOUD_PROJECT', 'GOOGLE_CLOUD_LOCATION']
const CLOUD = ['GOOGLE_APPLICATION_CREDENTIALS', 'GOOGLE_GENAI_USE_VERTEXAI']

function keyOf(env: HostEnv): string {
  const key = firstOf(env, KEYS)
  if (key !== null) return key
  throw missingVariable('agent gemini-cli needs a key: GEMINI_API_KEY is not set', {
    anyOf: ['GEMINI_API_KEY'],
    hasLogin: true,
  })
}

function refuseOauthFile(env: HostEnv, hasLogin: boolean): void {
  const path = firstOf(env, ['GEMINI_OAUTH_CREDS_PATH'])
  if (hasLogin || (path === null && !isTruthy(env['GEMINI_FORCE_OAUTH']))) return
  const name = path === null ? 'GEMINI_FORCE_OAUTH' : 'GEMINI_OAUTH_CREDS_PATH'
  throw new AppError(
    'invalid-input',
    `agent gemini-cli: ${name} is set, but an oauth_creds.json goes into no container`,
    {
      details: { hint: 'use --ak credentials=host, which takes the access token only, or unset it' },
    },
  )
}

function take(env: HostEnv, names: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(names.flatMap((name) => (isSet(env[name]) ? [[name, env[name]]] : [])))
}

function firstOf(env: HostEnv, names: readonly string[]): string | null {
  return names.map((name) => env[name]).find(isSet) ?? null
}

function isSet(value: string | undefined): value is string {
  return value !== undefined && value.trim() !== ''
}

/** Words that Harbor takes for yes. */
function isTruthy(value: string | undefined): boolean {
  return value !== undefined && ['true', '1', 'yes', 'on'].includes(value.trim().toLowerCase())
}
