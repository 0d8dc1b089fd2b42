import { expect, test } from 'vitest'
import { refuseSecrets } from './refuse-secrets.ts'

const given = (value: unknown) => () => refuseSecrets('claude-code', 'config', value)

test('a key in a setting is refused by its place, also where the setting is text', () => {
  const settings = { env: { ANTHROPIC_API_KEY: 'sk-1' } }
  expect(given(settings)).toThrow('agent claude-code: config has a secret in env.ANTHROPIC_API_KEY')
  expect(given(JSON.stringify(settings))).toThrow('env.ANTHROPIC_API_KEY')
  expect(given({ servers: [{ headers: { Authorization: 'Bearer x' } }] })).toThrow('servers.0.headers.Authorization')
})

test('the name of a variable is none, and neither is a limit of tokens', () => {
  for (const value of ['$NAME', '${NAME}', '{env:NAME}', 'Bearer ${NAME}']) given({ apiKey: value })()
  given({ max_output_tokens: 'many', max_token: 7, apiKey: '', path: '/a/file.json' })()
  given('/a/file.json')()
  given(null)()
})
