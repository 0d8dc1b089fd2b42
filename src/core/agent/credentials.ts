/** Whose login on this host is meant. */
export type CredentialOwner = 'claude-code' | 'codex' | 'gemini-cli' | 'qwen-coder'

/**
 * Access tokens that an agent's CLI keeps on this host for its user, read only when the user asks for it
 * (`--ak credentials=host`). Never a refresh token: what goes into a container may be read there.
 */
export interface HostCredentials {
  /** Throws CredentialError. */
  read(owner: CredentialOwner): Promise<HostCredential>
}

export interface HostCredential {
  /** Variables that the CLI takes the token from, e.g. `CLAUDE_CODE_OAUTH_TOKEN`; all of them are secret. */
  readonly env: Readonly<Record<string, string>>
  /** Where it was found, for people: a file's path, or "macOS Keychain". */
  readonly source: string
  /** Milliseconds since the epoch; null: it does not say. */
  readonly expiresAt: number | null
}
