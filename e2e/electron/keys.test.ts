import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { SecretState } from '../../src/contract/api/settings.ts'
import { callEngine, engineOf, makeHome } from './app.ts'

const VALUE = 'sk-test-0123456789abcdef'

test('keys are encrypted by the system where it can, else kept in a file for the user alone', async () => {
  await using home = await makeHome()
  let isEncrypted: boolean
  {
    await using app = await home.start()
    await engineOf(app.page)
    isEncrypted = await app.electron.evaluate(({ safeStorage }) => {
      const storage = safeStorage as Partial<Electron.SafeStorage>
      const isReal = process.platform !== 'linux' || storage.getSelectedStorageBackend?.() !== 'basic_text'
      return safeStorage.isEncryptionAvailable() && isReal
    })
    await callEngine(app.page, 'secrets.set', { name: 'OPENAI_API_KEY', value: VALUE })
    const stored = await storedKey(app.page)
    expect(stored).toMatchObject({ isSet: true, source: 'store' })
    expect(stored?.storedIn).toMatch(isEncrypted ? /keychain|keyring|protection/ : /a file that only you can read/)
    expect(JSON.stringify(stored)).not.toContain(VALUE)
  }
  const file = join(home.settingsDir, isEncrypted ? 'secrets.enc' : 'secrets.json')
  expect((await stat(file)).mode & 0o777).toBe(0o600)
  expect((await readFile(file, 'utf8')).includes(VALUE)).toBe(!isEncrypted)
  expect((await readdir(home.settingsDir)).filter((name) => name.startsWith('secrets'))).toHaveLength(1)

  await using again = await home.start()
  await engineOf(again.page)
  expect(await storedKey(again.page)).toMatchObject({ isSet: true, source: 'store' })
})

async function storedKey(page: Parameters<typeof callEngine>[0]): Promise<SecretState | undefined> {
  const states = (await callEngine(page, 'secrets.list', {})) as readonly SecretState[]
  return states.find(({ name }) => name === 'OPENAI_API_KEY')
}
