/** Whose login on this host is meant. */
export type CredentialOwner = 'claude-code' | 'codex' | 'gemini-cli' | 'qwen-coder'

/**
 * Access tokens that an agent's CLI keeps on this host for its user, read only when the user asks for it
 * (`--ak credentials=host`). Never a refresh token: what goes into a container may be read there.
 */
export interface HostCredentials {
  /**
   * Codes: credential-not-found (no login; the message says where was looked), credential-denied (the system or the user
   * refused), credential-invalid (not of the form, expired), credential-failed. No error holds anything of the secret.
   */
  read(owner: CredentialOwner): Promise<HostCredential>
}

export interface HostCredential {
  /**
   * Variables with the token, as the CLI itself takes them: CLAUDE_CODE_OAUTH_TOKEN; OPENAI_API_KEY (codex);
   * GOOGLE_CLOUD_ACCESS_TOKEN with GOOGLE_GENAI_USE_GCA (gemini-cli); OPENAI_API_KEY with OPENAI_BASE_URL (qwen-coder).
   * One is not the CLI's own: CODEX_CHATGPT_ACCESS_TOKEN, with CODEX_CHATGPT_ACCOUNT_ID, stands for an `auth.json` of Codex
   * `{auth_mode: "chatgpt", tokens: {id_token, access_token, refresh_token: "", account_id}, last_refresh: <now>}`, where
   * the access token serves as id_token too.
   */
  readonly env: Readonly<Record<string, string>>
  /** Where it was found, for people: a file's path, or "macOS Keychain". */
  readonly source: string
  /** Milliseconds since the epoch; null: it does not say. */
  readonly expiresAt: number | null
}
