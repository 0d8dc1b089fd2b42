import { chmod, lstat, mkdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import type { SecretCipher } from '../../core/settings/ports.ts'
import { errnoOf, toStorageError } from '../storage-error.ts'
import { writeFileAtomically } from '../write/atomic-file.ts'
import { setAside } from '../write/set-aside.ts'

/** One file of secrets. */
export interface Vault {
  readonly path: string
  /** Null where there is no file. What cannot be read is kept aside and told by `onIssue`, without any value. */
  read(onIssue: (issue: string) => void): Promise<Readonly<Record<string, string>> | null>
  write(secrets: Readonly<Record<string, string>>): Promise<void>
  remove(): Promise<void>
}

/** How a file's bytes hold the text. */
interface Coding {
  encode(text: string): Promise<string | Uint8Array>
  decode(bytes: Uint8Array): Promise<string>
}

/** A file that only its owner can read. */
export function createPlainVault(directory: string): Vault {
  return createVault(directory, 'secrets.json', {
    encode: async (text) => text,
    decode: async (bytes) => new TextDecoder().decode(bytes),
  })
}

/** A file encrypted with a key that the system keeps. */
export function createEncryptedVault(directory: string, cipher: SecretCipher): Vault {
  return createVault(directory, 'secrets.enc', {
    encode: async (text) => cipher.encrypt(text),
    decode: async (bytes) => cipher.decrypt(bytes),
  })
}

const Content = z.object({ version: z.literal(1), secrets: z.record(z.string(), z.string()) })

function createVault(directory: string, name: string, coding: Coding): Vault {
  const path = join(directory, name)
  return {
    path,
    async read(onIssue) {
      await tighten(directory, 0o700, onIssue)
      await tighten(path, 0o600, onIssue)
      const bytes = await readOrNull(path)
      if (bytes === null) return null
      try {
        return Content.parse(JSON.parse(await coding.decode(bytes))).secrets
      } catch {
        // The reason may quote the content; it is not passed on.
        onIssue(`${path} cannot be read: it is kept as ${await setAside(path)}; set the keys again`)
        return null
      }
    },
    async write(secrets) {
      await mkdir(directory, { recursive: true, mode: 0o700 }).catch((thrown: unknown) => {
        throw toStorageError(thrown, `make the folder ${directory}`)
      })
      await tighten(directory, 0o700, () => {})
      await writeFileAtomically(path, await coding.encode(`${JSON.stringify({ version: 1, secrets })}\n`), 0o600)
    },
    async remove() {
      await rm(path, { force: true }).catch((thrown: unknown) => {
        throw toStorageError(thrown, `remove ${path}`)
      })
    },
  }
}

/** Takes everybody else's rights from a file or folder of secrets. Windows keeps rights elsewhere: the profile's own. */
async function tighten(path: string, mode: number, onIssue: (issue: string) => void): Promise<void> {
  if (process.platform === 'win32') return
  const stats = await lstat(path).catch(() => null)
  if (stats === null || stats.isSymbolicLink() || (stats.mode & 0o077) === 0) return
  try {
    await chmod(path, mode)
    onIssue(`others could read ${path}: now only you can; replace keys that others may have seen`)
  } catch (thrown) {
    throw toStorageError(thrown, `make ${path} yours alone`)
  }
}

async function readOrNull(path: string): Promise<Uint8Array | null> {
  try {
    return await readFile(path)
  } catch (thrown) {
    if (['ENOENT', 'ENOTDIR'].includes(errnoOf(thrown))) return null
    throw toStorageError(thrown, `read ${path}`)
  }
}
