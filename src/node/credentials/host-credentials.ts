import { homedir } from 'node:os'
import type { CredentialOwner, HostCredential, HostCredentials } from '../../core/agent/credentials.ts'
import { readClaudeLogin } from './claude-login.ts'
import { readCodexLogin } from './codex-login.ts'
import { readGeminiLogin, readQwenLogin } from './oauth-file.ts'
import type { LoginPlace } from './login-place.ts'
import { expired } from './refuse.ts'

export interface HostCredentialsConfig {
  /** Looked at each time: the CLIs' own variables say where they keep their logins. */
  readonly env: Readonly<Record<string, string | undefined>>
  readonly platform?: NodeJS.Platform
  readonly home?: string
  readonly now?: () => number
}

/** Reads the logins that agents' CLIs keep on this host. Nothing is cached: a login may be renewed at any time. */
export function createHostCredentials(config: HostCredentialsConfig): HostCredentials {
  const { env, platform = process.platform, now = Date.now } = config
  return {
    async read(owner) {
      const credential = await READERS[owner]({ env, platform, home: config.home ?? homedir() })
      if (credential.expiresAt !== null && credential.expiresAt <= now()) {
        throw expired(owner, credential.source, credential.expiresAt)
      }
      return credential
    },
  }
}

const READERS: Readonly<Record<CredentialOwner, (place: LoginPlace) => Promise<HostCredential>>> = {
  'claude-code': readClaudeLogin,
  codex: readCodexLogin,
  'gemini-cli': readGeminiLogin,
  'qwen-coder': readQwenLogin,
}
