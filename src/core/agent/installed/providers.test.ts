import { describe, expect, test } from 'vitest'
import { providerAccess, requireKey } from './providers.ts'

describe('variables of a provider', () => {
  test('are its keys, its address and what else it needs', () => {
    const env = {
      AZURE_API_KEY: 'key',
      AZURE_API_BASE: 'http://second',
      AZURE_API_VERSION: '1',
      OPENAI_API_KEY: 'of another',
      AZURE_RESOURCE_NAME: '',
    }
    expect(providerAccess('azure', env)).toEqual({
      provider: 'azure',
      keys: ['AZURE_API_KEY'],
      keyName: 'AZURE_API_KEY',
      baseUrl: 'http://second',
      env: { AZURE_API_KEY: 'key', AZURE_API_BASE: 'http://second', AZURE_API_VERSION: '1' },
    })
  })

  test('are found under its other names', () => {
    expect(providerAccess('gemini', { GEMINI_API_KEY: 'key' })).toMatchObject({
      provider: 'google',
      keyName: 'GEMINI_API_KEY',
    })
  })

  test.each(['my-own.host', 'constructor', '__proto__'])('go by custom where %s is not known', (name) => {
    const prefix = name.toUpperCase().replaceAll(/[^A-Z]/g, '_')
    const env = { [`${prefix}_API_KEY`]: 'key', [`${prefix}_BASE_URL`]: 'http://x' }
    expect(providerAccess(name, env)).toEqual({
      provider: name,
      keys: [`${prefix}_API_KEY`],
      keyName: `${prefix}_API_KEY`,
      baseUrl: 'http://x',
      env,
    })
  })
})

describe('a key', () => {
  const asking =
    (provider: string, env: Readonly<Record<string, string>> = {}) =>
    () =>
      requireKey('opencode', providerAccess(provider, env))

  test('that is missing is asked for by its names', () => {
    expect(asking('google')).toThrow(
      'agent opencode needs a key for google: GOOGLE_API_KEY or GEMINI_API_KEY or GOOGLE_GENERATIVE_AI_API_KEY is not set',
    )
    expect(asking('anthropic', { ANTHROPIC_API_KEY: '  ' })).toThrow('ANTHROPIC_API_KEY is not set')
  })

  test('is not needed everywhere', () => {
    expect(asking('ollama')).not.toThrow()
    expect(asking('unknown')).not.toThrow()
    expect(asking('google', { GOOGLE_APPLICATION_CREDENTIALS: '/x.json' })).not.toThrow()
    expect(asking('bedrock', { AWS_BEARER_TOKEN_BEDROCK: 'token' })).not.toThrow()
  })
})
