import { AppError } from '../../../../contract/errors.ts'
import type { HostEnv } from '../../../job/secrets.ts'
import type { EnvironmentAsk, ModelName } from '../installed-agent.ts'
import { missingVariable } from '../missing-variable.ts'
import type { SPECS } from './settings.ts'

/** Keys, address and model as Harbor hands them to the CLI. AppError `invalid-input` where there is no key at all. */
export function claudeEnvironment({
  env,
  model,
  credential,
}: EnvironmentAsk<typeof SPECS>): Readonly<Record<string, string>> {
  const bedrock = usesBedrock(env)
  const baseUrl = bedrock ? null : textIn(env, 'ANTHROPIC_BASE_URL')
  const name = modelName(env, model, bedrock, baseUrl !== null)
  const access = credential?.env ?? (bedrock ? bedrockAccess(env) : directAccess(env))
  return {
    ...access,
    ...only({ ANTHROPIC_BASE_URL: baseUrl, ANTHROPIC_MODEL: name }),
    // At another address there is no other model to be had.
    ...(baseUrl === null || name === null ? {} : Object.fromEntries(MODEL_ALIASES.map((alias) => [alias, name]))),
    ...only({ CLAUDE_CODE_MAX_OUTPUT_TOKENS: textIn(env, 'CLAUDE_CODE_MAX_OUTPUT_TOKENS') }),
    ...onlyOne(env, 'CLAUDE_CODE_DISABLE_ADAPTIVE_THINKING'),
  }
}

const MODEL_ALIASES = [
  'ANTHROPIC_DEFAULT_SONNET_MODEL',
  'ANTHROPIC_DEFAULT_OPUS_MODEL',
  'ANTHROPIC_DEFAULT_HAIKU_MODEL',
  'CLAUDE_CODE_SUBAGENT_MODEL',
]

/** Behind another address, and at Bedrock, names may hold slashes of their own. */
function modelName(env: HostEnv, model: ModelName | null, bedrock: boolean, ownAddress: boolean): string | null {
  if (model === null) return textIn(env, 'ANTHROPIC_MODEL')
  if (bedrock) return model.name
  return ownAddress ? model.full : model.full.slice(model.full.lastIndexOf('/') + 1)
}

/** A key or the token of a subscription; the CLI takes the key where it finds both. */
function directAccess(env: HostEnv): Readonly<Record<string, string>> {
  const token = textIn(env, 'CLAUDE_CODE_OAUTH_TOKEN')
  const forced = forcesOauth(env)
  const key = forced ? null : (textIn(env, 'ANTHROPIC_API_KEY') ?? textIn(env, 'ANTHROPIC_AUTH_TOKEN'))
  if (forced && token === null) {
    throw new AppError('invalid-input', 'CLAUDE_FORCE_OAUTH is set, but CLAUDE_CODE_OAUTH_TOKEN is not', {
      details: { hint: 'get a token with `claude setup-token`, or unset CLAUDE_FORCE_OAUTH' },
    })
  }
  if (key === null && token === null) {
    throw missingVariable(
      'agent claude-code has no key: ANTHROPIC_API_KEY, ANTHROPIC_AUTH_TOKEN and CLAUDE_CODE_OAUTH_TOKEN are not set',
      { anyOf: ['ANTHROPIC_API_KEY', 'ANTHROPIC_AUTH_TOKEN', 'CLAUDE_CODE_OAUTH_TOKEN'], hasLogin: true },
    )
  }
  return only({ ANTHROPIC_API_KEY: key, CLAUDE_CODE_OAUTH_TOKEN: token })
}

function forcesOauth(env: HostEnv): boolean {
  const forced = flagIn(env, 'CLAUDE_FORCE_OAUTH')
  if (forced !== 'unclear') return forced
  throw new AppError('invalid-input', 'CLAUDE_FORCE_OAUTH must be true or false (1, 0, yes, no)')
}

function usesBedrock(env: HostEnv): boolean {
  return textIn(env, 'AWS_BEARER_TOKEN_BEDROCK') !== null || flagIn(env, 'CLAUDE_CODE_USE_BEDROCK') === true
}

const BEDROCK_VARIABLES = [
  'AWS_BEARER_TOKEN_BEDROCK',
  'AWS_ACCESS_KEY_ID',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SESSION_TOKEN',
  'AWS_PROFILE',
  'ANTHROPIC_SMALL_FAST_MODEL_AWS_REGION',
  'CLAUDE_CODE_OAUTH_TOKEN',
]

function bedrockAccess(env: HostEnv): Readonly<Record<string, string>> {
  return {
    CLAUDE_CODE_USE_BEDROCK: '1',
    AWS_REGION: textIn(env, 'AWS_REGION') ?? 'us-east-1',
    ...only(Object.fromEntries(BEDROCK_VARIABLES.map((name) => [name, textIn(env, name)]))),
    ...onlyOne(env, 'DISABLE_PROMPT_CACHING'),
  }
}

/** Passed on where it is `1`. */
function onlyOne(env: HostEnv, name: string): Readonly<Record<string, string>> {
  return env[name]?.trim() === '1' ? { [name]: '1' } : {}
}

/** Null for what is not set or blank. */
function textIn(env: HostEnv, name: string): string | null {
  const value = env[name]
  return value === undefined || value.trim() === '' ? null : value
}

function flagIn(env: HostEnv, name: string): boolean | 'unclear' {
  const word = textIn(env, name)?.trim().toLowerCase()
  if (word === undefined || ['false', '0', 'no'].includes(word)) return false
  return ['true', '1', 'yes'].includes(word) ? true : 'unclear'
}

function only(values: Readonly<Record<string, string | null>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(values).flatMap(([key, value]) => (value === null ? [] : [[key, value]])))
}
