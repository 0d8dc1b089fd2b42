import { expect, test } from 'vitest'
import { hideSecrets, isSensitiveKey } from './sensitive-env.ts'

test.each(['OPENAI_API_KEY', 'secret', 'HF_TOKEN', 'DbPassword', 'AWS_CREDENTIALS', 'AUTHOR'])('%s names a secret', (key) =>
  expect(isSensitiveKey(key)).toBe(true),
)
test.each(['MAX_TOKENS', 'PATH', 'LANG'])('%s names none', (key) => expect(isSensitiveKey(key)).toBe(false))

test('a secret is written as a reference to the host, or not at all', () => {
  const env = { API_KEY: 'abcdefghijkl', OTHER_KEY: 'abcdefghijkl', TOKEN: '${HOST:-x}', PLAIN: 'seen', GH_TOKEN: '' }
  expect(hideSecrets(env, { API_KEY: 'abcdefghijkl', OTHER_KEY: 'changed' })).toEqual({
    API_KEY: '${API_KEY}',
    OTHER_KEY: '****',
    TOKEN: '${HOST:-x}',
    PLAIN: 'seen',
    GH_TOKEN: '****',
  })
})
