import { expect, it } from 'vitest'
import { hideSecrets, isSensitiveKey, secretValues, variableOfSetting } from './secrets.ts'

it('knows names of secrets by their words, whatever the case', () => {
  const secret = [
    'API_KEY',
    'openai_api_key',
    'MY_SECRET',
    'GITHUB_TOKEN',
    'Password',
    'AWS_CREDENTIALS',
    'AUTHORIZATION',
    'TOKENS_KEY',
  ]
  for (const name of secret) expect(isSensitiveKey(name), name).toBe(true)
  for (const name of ['MAX_TOKENS', 'MODEL', 'BASE_URL', 'HOME', 'tokens'])
    expect(isSensitiveKey(name), name).toBe(false)
})

it('takes values of sensitive names that are long enough to be told apart', () => {
  const values = secretValues([
    { API_KEY: 'sk-0123456789', MODEL: 'a long model name', SHORT_KEY: '1234567' },
    { OTHER_TOKEN: 'sk-0123456789', EIGHT_KEY: '12345678' },
  ])
  expect(values).toEqual(['sk-0123456789', '12345678'])
})

it('takes a key out of a value that names whose it is', () => {
  expect(secretValues([{ AIDER_API_KEY: 'anthropic=sk-0123456789', PADDED_KEY: 'c2VjcmV0LXZhbHVl==' }])).toEqual([
    'anthropic=sk-0123456789',
    'sk-0123456789',
    'c2VjcmV0LXZhbHVl==',
  ])
})

it('writes a secret as the host variable that holds it, else as four stars', () => {
  const env = {
    API_KEY: 'same',
    OTHER_KEY: 'other',
    MODEL: 'm',
    FROM_KEY: '${HOST_KEY}',
    EMPTY_KEY: '',
    TEXT_KEY: '${A} and more',
  }
  expect(hideSecrets(env, { API_KEY: 'same', OTHER_KEY: 'different' })).toEqual({
    API_KEY: '${API_KEY}',
    OTHER_KEY: '****',
    MODEL: 'm',
    FROM_KEY: '${HOST_KEY}',
    EMPTY_KEY: '',
    TEXT_KEY: '****',
  })
})

it.each([
  ['agents.0.env.API_KEY', 'API_KEY'],
  ['verifier.env.TOKEN', 'TOKEN'],
  ['agents.0.mcp_servers.2.env.API_KEY', 'API_KEY'],
  ['agents.0.mcp_servers.2.args.10', 'AGENTS_0_MCP_SERVERS_2_ARGS_10'],
  ['agents.1.mcp_servers.0.headers.X-Api-Key', 'AGENTS_1_MCP_SERVERS_0_HEADERS_X_API_KEY'],
])('asks for %s by the variable %s', (place, variable) => {
  expect(variableOfSetting(place)).toBe(variable)
})
