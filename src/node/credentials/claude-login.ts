import { createHash } from 'node:crypto'
import { join } from 'node:path'
import type { HostCredential } from '../../core/agent/credentials.ts'
import { numberOf, recordOf, type Fields } from '../../core/agent/logs/fields.ts'
import type { LoginPlace } from './login-place.ts'
import { readKeychain } from './keychain.ts'
import { parseLogin, readLoginFile } from './login-file.ts'
import { refuse } from './refuse.ts'
import { tokenOf } from './token.ts'

const OWNER = 'claude-code'
const SERVICE = 'Claude Code-credentials'

/** Claude Code keeps its login in the Keychain of macOS, and elsewhere, or where that is locked, in a file. */
export async function readClaudeLogin(place: LoginPlace): Promise<HostCredential> {
  const folder = nonEmpty(place.env['CLAUDE_CONFIG_DIR'])
  const service = folder === null ? SERVICE : `${SERVICE}-${suffixOf(folder)}`
  if (place.platform === 'darwin') {
    const text = await readKeychain(OWNER, service, place)
    const source = `the item "${service}" of the macOS Keychain`
    if (text !== null) return toCredential(parseLogin(OWNER, source, text), source)
  }
  const path = join(folder ?? join(place.home, '.claude'), '.credentials.json')
  const login = await readLoginFile(OWNER, path)
  if (login !== null) return toCredential(login, path)
  const looked = place.platform === 'darwin' ? `the item "${service}" in the macOS Keychain and ${path}` : path
  throw refuse('credential-not-found', OWNER, `there is none; looked for ${looked}`)
}

function toCredential(login: Fields, source: string): HostCredential {
  const tokens = recordOf(login, 'claudeAiOauth')
  if (tokens === null) throw refuse('credential-invalid', OWNER, `${source} holds no claudeAiOauth`)
  return {
    env: { CLAUDE_CODE_OAUTH_TOKEN: tokenOf(OWNER, source, tokens, 'accessToken') },
    source,
    expiresAt: numberOf(tokens, 'expiresAt'),
  }
}

/** Claude Code's own name for the logins of another folder. */
function suffixOf(folder: string): string {
  return createHash('sha256').update(folder.normalize('NFC')).digest('hex').slice(0, 8)
}

function nonEmpty(value: string | undefined): string | null {
  return value === undefined || value === '' ? null : value
}
