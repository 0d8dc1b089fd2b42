import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { SecretCipher, SecretStore } from '../../core/settings/ports.ts'
import { openSecretStore, type SecretStoreOptions } from './secret-store.ts'

const VALUE = 'sk-test-0123456789abcdef'
let folder: string
const stores: SecretStore[] = []
beforeEach(() => void (folder = join(mkdtempSync(join(tmpdir(), 'tbcc-secrets-')), 'home')))
afterEach(() => {
  for (const store of stores.splice(0)) store.dispose()
  rmSync(join(folder, '..'), { recursive: true })
})

async function open(options: Partial<SecretStoreOptions> = {}): Promise<SecretStore> {
  const store = await openSecretStore({ directory: folder, env: {}, ...options })
  stores.push(store)
  return store
}

/** Reversible and unlike its input; the real one is the host's. */
const cipher: SecretCipher = {
  label: 'a test key ring',
  encrypt: async (plain) => Buffer.from(plain).map((byte) => byte ^ 0x5a),
  decrypt: async (data) => Buffer.from(data.map((byte) => byte ^ 0x5a)).toString('utf8'),
}

test('a key is kept in a file that only its owner can read, and is never told', async () => {
  const store = await open()
  await store.set('ACME_KEY', VALUE)
  await store.set('OPENAI_API_KEY', 'sk-other-value')
  expect(statSync(folder).mode & 0o777).toBe(0o700)
  expect(statSync(join(folder, 'secrets.json')).mode & 0o777).toBe(0o600)
  expect(store.list().filter(({ isSet }) => isSet)).toMatchObject([
    { name: 'OPENAI_API_KEY', label: 'OpenAI', source: 'store' },
    { name: 'ACME_KEY', label: 'ACME_KEY', source: 'store' },
  ])
  expect(JSON.stringify(store.list())).not.toContain(VALUE)
  expect((await open()).values()).toEqual({ ACME_KEY: VALUE, OPENAI_API_KEY: 'sk-other-value' })
  await store.remove('ACME_KEY')
  await store.remove('OPENAI_API_KEY')
  expect(readdirSync(folder)).toEqual([])
})

test('the environment wins, and its keys are not handed out as the store’s', async () => {
  const store = await open({ env: { ANTHROPIC_API_KEY: 'of-the-environment', OPENAI_API_KEY: '' } })
  await store.set('ANTHROPIC_API_KEY', VALUE)
  await store.set('OPENAI_API_KEY', VALUE)
  expect(store.list().find(({ name }) => name === 'ANTHROPIC_API_KEY')?.source).toBe('environment')
  expect(store.values()).toEqual({ OPENAI_API_KEY: VALUE })
})

test('rights of others are taken away, and told', async () => {
  await (await open()).set('ACME_KEY', VALUE)
  chmodSync(join(folder, 'secrets.json'), 0o644)
  chmodSync(folder, 0o755)
  const store = await open()
  expect(store.issues()).toHaveLength(2)
  expect(store.issues().join()).toContain('now only you can')
  expect(statSync(join(folder, 'secrets.json')).mode & 0o777).toBe(0o600)
  expect(statSync(folder).mode & 0o777).toBe(0o700)
  expect(store.values()).toEqual({ ACME_KEY: VALUE })
})

test('with a cipher nothing is readable on disk, and what was stored before is moved', async () => {
  await (await open()).set('ACME_KEY', VALUE)
  const store = await open({ cipher })
  expect(store.values()).toEqual({ ACME_KEY: VALUE })
  await store.set('OTHER_KEY', `${VALUE}-2`)
  expect(readdirSync(folder)).toEqual(['secrets.enc'])
  expect(readFileSync(join(folder, 'secrets.enc'), 'latin1')).not.toContain('sk-test')
  expect(store.list()[0]?.storedIn).toBe('a test key ring')
  expect((await open({ cipher })).values()).toEqual({ ACME_KEY: VALUE, OTHER_KEY: `${VALUE}-2` })
})

test('a file that cannot be read is kept aside; its content is in no message', async () => {
  await (await open()).set('ACME_KEY', VALUE)
  writeFileSync(join(folder, 'secrets.json'), `{"version":1,"secrets":{"A":"${VALUE}"`)
  const store = await open()
  expect(store.values()).toEqual({})
  expect(store.issues().join()).toContain('secrets.json.corrupt-1')
  expect(store.issues().join()).not.toContain(VALUE)
  expect(readdirSync(folder)).toEqual(['secrets.json.corrupt-1'])
  await store.set('ACME_KEY', VALUE)
  expect(store.values()).toEqual({ ACME_KEY: VALUE })
})

test.each([
  ['lower_key', VALUE],
  ['1KEY', VALUE],
  [VALUE, 'KEY'],
  ['PATH', VALUE],
  ['LD_PRELOAD', VALUE],
  ['NODE_OPTIONS', VALUE],
  ['ACME_KEY', ' '],
  ['ACME_KEY', `${VALUE}\nmore`],
])('%s is refused, without its value in the message', async (name, value) => {
  const store = await open()
  const failure = await store.set(name, value).catch((error: unknown) => error)
  expect(failure).toMatchObject({ code: 'invalid-input' })
  expect(String(failure)).not.toContain(VALUE)
  expect(store.values()).toEqual({})
})

test('two engines see each other’s keys and lose none', async () => {
  const [one, other] = [await open(), await open()]
  await one.set('ONE_KEY', VALUE)
  await other.set('OTHER_KEY', VALUE)
  expect(other.values()).toEqual({ ONE_KEY: VALUE, OTHER_KEY: VALUE })
  await vi.waitFor(() => expect(one.values()).toEqual({ ONE_KEY: VALUE, OTHER_KEY: VALUE }), 8000)
})
