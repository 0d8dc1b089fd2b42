import { AppError, type ErrorCode } from '../../contract/errors.ts'
import type { CredentialOwner } from '../../core/agent/credentials.ts'

type CredentialCode = Extract<ErrorCode, `credential-${string}`>

/** No message holds anything of what was read: it may be the secret itself. */
export function refuse(code: CredentialCode, owner: CredentialOwner, why: string, cause?: unknown): AppError {
  return new AppError(code, `the login of ${OWNERS[owner].called} cannot be used: ${why}`, {
    details: { hint: OWNERS[owner].advice },
    ...(cause === undefined ? {} : { cause }),
  })
}

export function expired(owner: CredentialOwner, source: string, expiresAt: number): AppError {
  const time = new Date(Math.min(expiresAt, LAST_DATE_MS)).toISOString()
  return refuse('credential-invalid', owner, `its access token (${source}) expired at ${time}`)
}

const LAST_DATE_MS = 8_640_000_000_000_000

const OWNERS: Readonly<Record<CredentialOwner, { readonly called: string; readonly advice: string }>> = {
  'claude-code': {
    called: 'Claude Code',
    advice: 'log in by starting `claude` on this machine, or set CLAUDE_CODE_OAUTH_TOKEN or ANTHROPIC_API_KEY',
  },
  codex: { called: 'Codex', advice: 'log in with `codex login` on this machine, or set OPENAI_API_KEY' },
  'gemini-cli': {
    called: 'Gemini CLI',
    advice: 'log in by starting `gemini` on this machine, which also renews a login, or set GEMINI_API_KEY',
  },
  'qwen-coder': {
    called: 'Qwen Code',
    advice: 'log in by starting `qwen` on this machine, or set OPENAI_API_KEY and OPENAI_BASE_URL',
  },
}
