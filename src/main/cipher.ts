import { safeStorage } from 'electron'
import type { AppQuestion } from './engine/messages.ts'

/** Encrypts with a key of the system's keychain. Null where there is none worth the name. After `ready` only. */
export function findCipher(): Cipher | null {
  if (!safeStorage.isEncryptionAvailable()) return null
  // Without a keyring, Chromium on Linux "encrypts" with a password that stands in its source.
  if (process.platform === 'linux' && ['basic_text', 'unknown'].includes(linuxBackend())) return null
  return {
    label: LABELS[process.platform] ?? 'the keyring of this desktop',
    async answer(question) {
      if (question.about === 'encrypt') return safeStorage.encryptString(question.plain)
      return safeStorage.decryptString(Buffer.from(question.data))
    },
  }
}

export interface Cipher {
  /** Where the key is, for people. */
  readonly label: string
  answer(question: AppQuestion): Promise<Uint8Array | string>
}

const LABELS: Readonly<Partial<Record<NodeJS.Platform, string>>> = {
  darwin: "the system's keychain",
  win32: "the system's data protection",
}

function linuxBackend(): string {
  // Electron before 25 cannot tell; there only a keyring makes encryption available.
  return 'getSelectedStorageBackend' in safeStorage ? safeStorage.getSelectedStorageBackend() : 'keyring'
}
