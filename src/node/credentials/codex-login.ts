import { join } from 'node:path'
import type { HostCredential } from '../../core/agent/credentials.ts'
import { recordOf, textOf } from '../../core/agent/logs/fields.ts'
import type { LoginPlace } from './login-place.ts'
import { readLoginFile } from './login-file.ts'
import { refuse } from './refuse.ts'
import { expiryOfJwt, tokenOf } from './token.ts'

const OWNER = 'codex'

/**
 * An API key where the login has one. Else the access token of a ChatGPT login with the account it is for: Codex takes
 * both from an `auth.json` whose refresh token is empty, and from no variable of its own.
 */
export async function readCodexLogin({ env, home }: LoginPlace): Promise<HostCredential> {
  const folder = env['CODEX_HOME']
  const path = join(folder === undefined || folder === '' ? join(home, '.codex') : folder, 'auth.json')
  const login = await readLoginFile(OWNER, path)
  if (login === null) {
    throw refuse('credential-not-found', OWNER, `there is none in a file; looked for ${path}`)
  }
  if ((textOf(login, 'OPENAI_API_KEY') ?? '') !== '') {
    return { env: { OPENAI_API_KEY: tokenOf(OWNER, path, login, 'OPENAI_API_KEY') }, source: path, expiresAt: null }
  }
  const tokens = recordOf(login, 'tokens')
  if (tokens === null) throw refuse('credential-invalid', OWNER, `${path} holds neither OPENAI_API_KEY nor tokens`)
  const token = tokenOf(OWNER, path, tokens, 'access_token')
  const account = textOf(tokens, 'account_id') ?? ''
  return {
    env: {
      CODEX_CHATGPT_ACCESS_TOKEN: token,
      ...(account === '' ? {} : { CODEX_CHATGPT_ACCOUNT_ID: account }),
    },
    source: path,
    expiresAt: expiryOfJwt(token),
  }
}
