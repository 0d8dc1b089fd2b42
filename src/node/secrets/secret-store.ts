import type { SecretState } from '../../contract/api/settings.ts'
import type { HostEnv, SecretCipher, SecretStore } from '../../core/settings/ports.ts'
import { KNOWN_SECRETS, requireSecret, requireSecretName } from '../../core/settings/secret-names.ts'
import { followFile } from '../write/follow-file.ts'
import { createEncryptedVault, createPlainVault, type Vault } from './vault.ts'

export interface SecretStoreOptions {
  /** Absolute. */
  readonly directory: string
  /** Its variables win over stored values. */
  readonly env: HostEnv
  /** Absent: a file that only the user can read. */
  readonly cipher?: SecretCipher | undefined
}

/** Opens the keys of this user. Never rejects; what could not be read is among the issues. */
export async function openSecretStore(options: SecretStoreOptions): Promise<SecretStore> {
  const { directory, env, cipher } = options
  const plain = createPlainVault(directory)
  const vault = cipher === undefined ? plain : createEncryptedVault(directory, cipher)
  const storedIn = cipher === undefined ? `a file that only you can read (${vault.path})` : cipher.label
  const issues = new Set<string>()
  let stored: Readonly<Record<string, string>> = {}
  let working: Promise<unknown> = Promise.resolve()

  async function load(): Promise<void> {
    const found = await vault.read((issue) => issues.add(issue))
    stored = found ?? {}
    if (vault !== plain) stored = await adopt(plain, vault, stored, (issue) => issues.add(issue))
  }
  async function inTurn(work: () => Promise<void>): Promise<void> {
    const turn = working.then(work)
    working = turn.catch(() => undefined)
    await turn
  }
  const reload = async (): Promise<void> =>
    inTurn(load).catch((error: unknown) => void issues.add(error instanceof Error ? error.message : String(error)))

  await reload()
  const following = followFile(vault.path, () => void reload())
  const isOverridden = (name: string): boolean => (env[name] ?? '') !== ''
  return {
    list: () =>
      [...new Set([...Object.keys(KNOWN_SECRETS), ...Object.keys(stored).sort()])].map((name): SecretState => {
        const source = isOverridden(name) ? 'environment' : Object.hasOwn(stored, name) ? 'store' : null
        return { name, label: labelOf(name), isSet: source !== null, source, storedIn }
      }),
    async set(name, value) {
      requireSecret(name, value)
      await inTurn(async () => {
        // Another engine may have stored one since.
        await load()
        const next = { ...stored, [name]: value }
        await vault.write(next)
        stored = next
      })
    },
    async remove(name) {
      requireSecretName(name)
      await inTurn(async () => {
        await load()
        const { [name]: _removed, ...rest } = stored
        await (Object.keys(rest).length === 0 ? vault.remove() : vault.write(rest))
        stored = rest
      })
    },
    values: () => Object.fromEntries(Object.entries(stored).filter(([name]) => !isOverridden(name))),
    issues: () => [...issues],
    dispose: () => following.dispose(),
  }
}

/** Moves keys that were stored before there was encryption. */
async function adopt(
  plain: Vault,
  vault: Vault,
  stored: Readonly<Record<string, string>>,
  onIssue: (issue: string) => void,
): Promise<Readonly<Record<string, string>>> {
  const earlier = await plain.read(onIssue)
  if (earlier === null) return stored
  const both = { ...earlier, ...stored }
  await vault.write(both)
  await plain.remove()
  return both
}

function labelOf(name: string): string {
  return Object.hasOwn(KNOWN_SECRETS, name) ? (KNOWN_SECRETS[name] ?? name) : name
}
