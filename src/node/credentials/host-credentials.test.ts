import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { AppError } from '../../contract/errors.ts'
import type { CredentialOwner, HostCredential } from '../../core/agent/credentials.ts'
import { isSensitiveKey } from '../../core/job/secrets.ts'
import { createHostCredentials, type HostCredentialsConfig } from './host-credentials.ts'

const NOW = Date.UTC(2026, 10, 21)
const ACCESS = 'sk-ant-oat01-access-token'
const REFRESH = 'sk-ant-ort01-refresh-token'

let home: string

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'tbcc-login-'))
})

afterEach(async () => {
  await rm(home, { recursive: true, force: true })
})

async function read(owner: CredentialOwner, config: Partial<HostCredentialsConfig> = {}): Promise<HostCredential> {
  return createHostCredentials({ env: {}, platform: 'linux', home, now: () => NOW, ...config }).read(owner)
}

async function refusal(owner: CredentialOwner, config: Partial<HostCredentialsConfig> = {}): Promise<AppError> {
  const thrown = await read(owner, config).catch((error: unknown) => error)
  if (!(thrown instanceof AppError)) throw new Error('it was not refused')
  const told = `${thrown.message} ${JSON.stringify(thrown.details)} ${String(thrown.cause)}`
  expect(told).not.toContain('token-value')
  expect(told).not.toContain(ACCESS)
  expect(told).not.toContain(REFRESH)
  return thrown
}

async function put(path: string, content: unknown): Promise<string> {
  const whole = join(home, path)
  await mkdir(dirname(whole), { recursive: true })
  await writeFile(whole, typeof content === 'string' ? content : JSON.stringify(content), { mode: 0o600 })
  return whole
}

const claudeLogin = (expiresAt = NOW + 1): unknown => ({
  claudeAiOauth: { accessToken: ACCESS, refreshToken: REFRESH, expiresAt },
})

/** A stand-in for the program of macOS, which answers as told and writes down how it was asked. */
async function standInSecurity(script: string): Promise<Record<string, string>> {
  const path = await put('bin/security', `#!/bin/sh\nprintf '%s|' "$@" > "${home}/asked"\n${script}\n`)
  await chmod(path, 0o755)
  return { PATH: `${dirname(path)}:${process.env['PATH'] ?? ''}` }
}

test('Claude Code: the access token of its file, never the refresh token', async () => {
  const path = await put('.claude/.credentials.json', claudeLogin())
  const credential = await read('claude-code')
  expect(credential).toEqual({ env: { CLAUDE_CODE_OAUTH_TOKEN: ACCESS }, source: path, expiresAt: NOW + 1 })
})

test('Claude Code: CLAUDE_CONFIG_DIR decides where', async () => {
  await put('.claude/.credentials.json', claudeLogin())
  const path = await put('elsewhere/.credentials.json', { claudeAiOauth: { accessToken: 'another-token-value' } })
  const credential = await read('claude-code', { env: { CLAUDE_CONFIG_DIR: join(home, 'elsewhere') } })
  expect(credential).toEqual({ env: { CLAUDE_CODE_OAUTH_TOKEN: 'another-token-value' }, source: path, expiresAt: null })
})

test('an expired token is refused with the time and what to do', async () => {
  await put('.claude/.credentials.json', claudeLogin(NOW))
  const error = await refusal('claude-code')
  expect(error.code).toBe('credential-invalid')
  expect(error.message).toContain('expired at 2026-11-21T00:00:00.000Z')
  expect(error.details.hint).toContain('`claude`')
})

test('no login: what was looked for, where, and what to do', async () => {
  const expected = {
    'claude-code': ['.claude/.credentials.json', 'ANTHROPIC_API_KEY'],
    codex: ['.codex/auth.json', 'OPENAI_API_KEY'],
    'gemini-cli': ['.gemini/oauth_creds.json', 'GEMINI_API_KEY'],
    'qwen-coder': ['.qwen/oauth_creds.json', 'OPENAI_BASE_URL'],
  } as const
  for (const owner of ['claude-code', 'codex', 'gemini-cli', 'qwen-coder'] as const) {
    const error = await refusal(owner)
    expect(error.code).toBe('credential-not-found')
    expect(error.message).toContain(join(home, expected[owner][0]))
    expect(error.details.hint).toContain(expected[owner][1])
  }
})

test.each([
  ['no JSON', '{"claudeAiOauth": {"accessToken": "token-value'],
  ['a list', '["token-value"]'],
  ['another shape', { token: 'token-value' }],
  ['no text', { claudeAiOauth: { accessToken: 5 } }],
  ['a token of two lines', { claudeAiOauth: { accessToken: 'token-value\ntoken-value' } }],
  ['more than a login can be', ' '.repeat(1024 * 1024 + 1)],
])('a file with %s is invalid, and not quoted', async (_, content) => {
  await put('.claude/.credentials.json', content)
  expect((await refusal('claude-code')).code).toBe('credential-invalid')
})

test('a link of the home is followed; a folder, a device and a ring of links are no login', async () => {
  const real = await put('dotfiles/claude.json', claudeLogin())
  await mkdir(join(home, '.claude'))
  await symlink(real, join(home, '.claude/.credentials.json'))
  expect((await read('claude-code')).env).toEqual({ CLAUDE_CODE_OAUTH_TOKEN: ACCESS })
  await mkdir(join(home, '.codex/auth.json'), { recursive: true })
  expect((await refusal('codex')).code).toBe('credential-invalid')
  await mkdir(join(home, '.gemini'))
  await symlink('/dev/zero', join(home, '.gemini/oauth_creds.json'))
  expect((await refusal('gemini-cli')).code).toBe('credential-invalid')
  await mkdir(join(home, '.qwen'))
  await symlink(join(home, '.qwen/oauth_creds.json'), join(home, '.qwen/oauth_creds.json'))
  expect((await refusal('qwen-coder')).code).toBe('credential-failed')
})

test('macOS: the item of the Keychain', async () => {
  const env = await standInSecurity(`echo '${JSON.stringify(claudeLogin())}'`)
  const credential = await read('claude-code', { env, platform: 'darwin' })
  expect(credential.env).toEqual({ CLAUDE_CODE_OAUTH_TOKEN: ACCESS })
  expect(credential.source).toContain('macOS Keychain')
})

test('macOS: the item has the name that Claude Code gives it', async () => {
  const env = await standInSecurity(
    `grep -q 'find-generic-password|-s|Claude Code-credentials-21493821|-w|' "${home}/asked" && echo '${JSON.stringify(claudeLogin())}'`,
  )
  const other = await read('claude-code', { env: { ...env, CLAUDE_CONFIG_DIR: '/tmp/claude' }, platform: 'darwin' })
  expect(other.source).toContain('Claude Code-credentials-21493821')
})

test('macOS: without an item the file counts, and without both nothing', async () => {
  const env = await standInSecurity(
    'echo "security: The specified item could not be found in the keychain." >&2; exit 44',
  )
  const error = await refusal('claude-code', { env, platform: 'darwin' })
  expect(error.code).toBe('credential-not-found')
  expect(error.message).toContain('"Claude Code-credentials" in the macOS Keychain and')
  const path = await put('.claude/.credentials.json', claudeLogin())
  expect((await read('claude-code', { env, platform: 'darwin' })).source).toBe(path)
})

test('macOS: access denied, garbage, no such program', async () => {
  const denied = await standInSecurity('echo "User interaction is not allowed. token-value" >&2; exit 36')
  expect((await refusal('claude-code', { env: denied, platform: 'darwin' })).code).toBe('credential-denied')
  const garbage = await standInSecurity('echo token-value')
  expect((await refusal('claude-code', { env: garbage, platform: 'darwin' })).code).toBe('credential-invalid')
  const missing = await refusal('claude-code', { env: { PATH: join(home, 'none') }, platform: 'darwin' })
  expect(missing.code).toBe('credential-failed')
})

test('Codex: an API key first, else the access token with its account', async () => {
  const exp = Math.floor(NOW / 1000) + 60
  const jwt = `e30.${Buffer.from(JSON.stringify({ exp })).toString('base64url')}.c2ln`
  const tokens = { id_token: 'id-token-value', access_token: jwt, refresh_token: REFRESH, account_id: 'account-1' }
  const path = await put('.codex/auth.json', { OPENAI_API_KEY: null, tokens })
  expect(await read('codex')).toEqual({
    env: { CODEX_CHATGPT_ACCESS_TOKEN: jwt, CODEX_CHATGPT_ACCOUNT_ID: 'account-1' },
    source: path,
    expiresAt: exp * 1000,
  })
  const late = await refusal('codex', { now: () => exp * 1000 })
  expect(late.message).toContain('expired at')
  await put('other/auth.json', { OPENAI_API_KEY: 'sk-key-value', tokens })
  const other = await read('codex', { env: { CODEX_HOME: join(home, 'other') } })
  expect(other.env).toEqual({ OPENAI_API_KEY: 'sk-key-value' })
})

test('Gemini CLI and Qwen Code: the variables that they take a token from', async () => {
  const login = { access_token: 'ya29.token-value', refresh_token: REFRESH, expiry_date: NOW + 1000 }
  await put('.gemini/oauth_creds.json', login)
  await put('.qwen/oauth_creds.json', { ...login, resource_url: 'portal.example.org' })
  const gemini = await read('gemini-cli')
  expect(gemini.env).toEqual({ GOOGLE_GENAI_USE_GCA: 'true', GOOGLE_CLOUD_ACCESS_TOKEN: 'ya29.token-value' })
  const qwen = await read('qwen-coder')
  expect(qwen.env).toEqual({ OPENAI_API_KEY: 'ya29.token-value', OPENAI_BASE_URL: 'https://portal.example.org/v1' })
  expect(qwen.expiresAt).toBe(NOW + 1000)
  // The redactor knows a secret by the name of its variable.
  const names = [...Object.entries(gemini.env), ...Object.entries(qwen.env)]
  expect(names.filter(([, value]) => value.includes('token-value')).every(([name]) => isSensitiveKey(name))).toBe(true)
})

test('Qwen Code: a token goes to no server without HTTPS', async () => {
  await put('.qwen/oauth_creds.json', { access_token: 'token-value-1', resource_url: 'http://portal.example.org' })
  expect((await refusal('qwen-coder')).code).toBe('credential-invalid')
})
