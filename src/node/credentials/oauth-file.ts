import { join } from 'node:path'
import type { CredentialOwner, HostCredential } from '../../core/agent/credentials.ts'
import { numberOf, textOf, type Fields } from '../../core/agent/logs/fields.ts'
import type { LoginPlace } from './login-place.ts'
import { readLoginFile } from './login-file.ts'
import { refuse } from './refuse.ts'
import { tokenOf } from './token.ts'

/** Gemini CLI's login with Google; it takes an access token by itself from these variables. */
export async function readGeminiLogin(place: LoginPlace): Promise<HostCredential> {
  const { login, path } = await readOauthFile('gemini-cli', join(place.home, '.gemini'))
  const token = tokenOf('gemini-cli', path, login, 'access_token')
  return {
    env: { GOOGLE_GENAI_USE_GCA: 'true', GOOGLE_CLOUD_ACCESS_TOKEN: token },
    source: path,
    expiresAt: numberOf(login, 'expiry_date'),
  }
}

/** Qwen Code's login: its access token is a key for the server that the login names. */
export async function readQwenLogin(place: LoginPlace): Promise<HostCredential> {
  const { login, path } = await readOauthFile('qwen-coder', join(place.home, '.qwen'))
  const token = tokenOf('qwen-coder', path, login, 'access_token')
  return {
    env: { OPENAI_API_KEY: token, OPENAI_BASE_URL: toBaseUrl(textOf(login, 'resource_url'), path) },
    source: path,
    expiresAt: numberOf(login, 'expiry_date'),
  }
}

async function readOauthFile(
  owner: CredentialOwner,
  folder: string,
): Promise<{ readonly login: Fields; readonly path: string }> {
  const path = join(folder, 'oauth_creds.json')
  const login = await readLoginFile(owner, path)
  if (login === null) throw refuse('credential-not-found', owner, `there is none; looked for ${path}`)
  return { login, path }
}

/** As Qwen Code makes it of the host that its login names. A token goes over HTTPS only. */
function toBaseUrl(resource: string | null, path: string): string {
  if (resource === null || resource === '') {
    throw refuse('credential-invalid', 'qwen-coder', `${path} holds no resource_url, the server that its token is for`)
  }
  const url = /^https?:/.test(resource) ? resource : `https://${resource}`
  if (!URL.canParse(url) || new URL(url).protocol !== 'https:') {
    throw refuse('credential-invalid', 'qwen-coder', `the resource_url of ${path} is no HTTPS address`)
  }
  const base = url.replace(/\/+$/, '')
  return base.endsWith('/v1') ? base : `${base}/v1`
}
