import { AppError } from '../../../../contract/errors.ts'
import type { EnvironmentAsk } from '../installed-agent.ts'
import { missingVariable } from '../missing-variable.ts'
import { providerAccess, requireKey } from '../providers.ts'
import type { SPECS } from './settings.ts'

const PROVIDERS: readonly string[] = ['anthropic', 'databricks', 'google', 'openai', 'tetrate']

/** The one name of each variable that goose knows; Harbor has the others stand for it. */
const OWN_NAMES: Readonly<Record<string, string>> = {
  ANTHROPIC_BASE_URL: 'ANTHROPIC_HOST',
  GEMINI_API_KEY: 'GOOGLE_API_KEY',
  GOOGLE_GENERATIVE_AI_API_KEY: 'GOOGLE_API_KEY',
  GOOGLE_BASE_URL: 'GOOGLE_HOST',
  OPENAI_API_BASE: 'OPENAI_BASE_URL',
}

/** Key, address, model and the settings that goose takes by variables. */
export function gooseEnvironment({
  env,
  model,
  settings,
}: EnvironmentAsk<typeof SPECS>): Readonly<Record<string, string>> {
  const access = providerAccess(model?.provider ?? '', env)
  if (model === null || model.name === '' || !PROVIDERS.includes(access.provider)) {
    throw new AppError('invalid-input', 'agent goose needs a model of a provider that it knows', {
      details: { hint: `name it as provider/name; providers: ${PROVIDERS.join(', ')}` },
    })
  }
  requireKey('goose', access)
  if (access.provider === 'databricks' && access.baseUrl === null) {
    throw missingVariable('agent goose needs the address of databricks: DATABRICKS_HOST is not set', {
      anyOf: ['DATABRICKS_HOST'],
    })
  }
  return {
    ...toOwnNames(access.env),
    GOOSE_MODEL: model.name,
    GOOSE_PROVIDER: access.provider,
    ...only({
      GOOSE_THINKING_EFFORT: settings.reasoning_effort,
      GOOSE_TEMPERATURE: settings.temperature,
      GOOSE_MAX_TOKENS: settings.max_tokens,
      GOOSE_CONTEXT_LIMIT: settings.context_limit,
    }),
  }
}

/** Where several stand for one, the first that is set counts. */
function toOwnNames(env: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const named: Record<string, string> = {}
  for (const [name, value] of Object.entries(env)) named[OWN_NAMES[name] ?? name] ??= value
  return named
}

function only(values: Readonly<Record<string, string | number | null>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(values).flatMap(([key, value]) => (value === null ? [] : [[key, String(value)]])),
  )
}
