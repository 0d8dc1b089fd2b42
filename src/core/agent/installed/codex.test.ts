import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { parse } from 'smol-toml'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { serverOf } from '../../../../test/support/run-recipe.ts'
import type { AgentMcpServer } from '../../../contract/harbor/mcp-server.ts'
import type { HostCredential } from '../credentials.ts'
import { classifyFailure } from '../failure/classify.ts'
import { codexAgent } from './codex.ts'
import { headerVariables, toCodexConfig } from './codex/config.ts'
import { cleanUpScript, commandLine, prepareScript } from './codex/scripts.ts'
import { CODEX_SETTINGS } from './codex/settings.ts'
import { parseSettings } from './settings.ts'

const settingsOf = (kwargs: Readonly<Record<string, unknown>> = {}) => parseSettings('codex', CODEX_SETTINGS, kwargs)
const MODEL = { provider: 'openai', name: 'gpt-5', full: 'openai/gpt-5' }
const LOGIN: HostCredential = {
  env: { CODEX_CHATGPT_ACCESS_TOKEN: 'token', CODEX_CHATGPT_ACCOUNT_ID: 'account' },
  source: '/home/me/.codex/auth.json',
  expiresAt: null,
}

describe('variables', () => {
  const environment = (
    env: Readonly<Record<string, string>>,
    credential: HostCredential | null = null,
    kwargs: Readonly<Record<string, unknown>> = {},
  ) => codexAgent.environment({ env, settings: settingsOf(kwargs), model: MODEL, credential })

  test('are a key and an address', () => {
    expect(environment({ OPENAI_API_KEY: 'k', OPENAI_BASE_URL: '', OPENAI_API_BASE: 'http://x' })).toEqual({
      OPENAI_API_KEY: 'k',
      OPENAI_BASE_URL: 'http://x',
    })
  })

  test('without a key are refused, but for a configuration of one’s own', () => {
    expect(() => environment({ OPENAI_API_KEY: '' })).toThrow('OPENAI_API_KEY is not set')
    expect(environment({}, null, { config: 'model_provider = "own"' })).toEqual({})
    expect(() => environment({}, null, { config: 'model_provider = ' })).toThrow('setting config: cannot be read')
  })

  test("are those of this host's login where it is asked for", () => {
    expect(environment({ OPENAI_API_KEY: 'k' }, LOGIN)).toEqual(LOGIN.env)
  })

  test.each([
    [{ CODEX_AUTH_JSON_PATH: '/x/auth.json' }, null],
    [{ CODEX_AUTH_JSON_PATH: '/x/auth.json' }, LOGIN],
    [{ CODEX_FORCE_AUTH_JSON: 'yes' }, null],
  ])('that would bring a refresh token into the container are refused: %j', (env, credential) => {
    expect(() => environment({ OPENAI_API_KEY: 'k', ...env }, credential)).toThrow(
      'an auth.json goes into no container',
    )
  })

  test('that mean the login which is asked for anyhow are not', () => {
    expect(environment({ CODEX_FORCE_AUTH_JSON: '1' }, LOGIN)).toEqual(LOGIN.env)
    expect(environment({ CODEX_AUTH_JSON_PATH: LOGIN.source }, LOGIN)).toEqual(LOGIN.env)
    expect(environment({ CODEX_FORCE_AUTH_JSON: 'no', OPENAI_API_KEY: 'k' })).toEqual({ OPENAI_API_KEY: 'k' })
  })
})

test("its own words for the provider's failure are known", () => {
  const message = 'We’re currently experiencing high demand, which may cause temporary errors.'
  const failure = { kind: 'turn.failed', message, status: null }
  const patterns = codexAgent.errorPatterns ?? []
  expect(classifyFailure({ exitCode: 1, summary: { failure, complaints: [message] }, patterns })?.type).toBe(
    'ApiInternalServerError',
  )
})

describe('the command line', () => {
  const line = (kwargs: Readonly<Record<string, unknown>>, extraArgs: string | null = null): string =>
    commandLine({ model: { ...MODEL, full: 'azure/eu/gpt 5' }, settings: settingsOf(kwargs), extraArgs })

  test("has Harbor's flags in Harbor's order, and the instruction from its file", () => {
    expect(line({}).split('\n').at(-1)).toBe(
      "codex exec --dangerously-bypass-approvals-and-sandbox --skip-git-repo-check --model 'gpt 5' --json " +
        '--enable unified_exec - < "$TBCC_INSTRUCTION_FILE"',
    )
    const all = {
      reasoning_effort: 'XHIGH',
      reasoning_summary: 'detailed',
      web_search: 'live',
      dangerously_bypass_hook_trust: true,
    }
    expect(line(all, '--search "a b"')).toContain(
      '--enable unified_exec -c model_reasoning_effort=xhigh -c model_reasoning_summary=detailed -c web_search=live ' +
        '--dangerously-bypass-hook-trust --search "a b" - <',
    )
    expect(line({ disable_web_search: 'true', web_search: 'live' })).toContain('-c web_search=disabled')
  })

  test('leaves the key to nobody but Codex, if no configuration names it', () => {
    expect(line({})).toContain(
      'unset TBCC_CODEX_CONFIG CODEX_CHATGPT_ACCESS_TOKEN CODEX_CHATGPT_ACCOUNT_ID OPENAI_API_KEY\n',
    )
    expect(line({ config: 'a = 1' })).not.toContain('OPENAI_API_KEY')
  })
})

describe('config.toml', () => {
  const server = (more: Partial<AgentMcpServer>): AgentMcpServer =>
    serverOf({ name: 'files', transport: 'stdio', command: 'npx', args: ['-y', 'a "b"'], ...more })

  test('is none where nothing stands in it', () => {
    expect(toCodexConfig({ base: null, baseUrl: null, mcpServers: [] })).toBeNull()
    expect(toCodexConfig({ base: ' ', baseUrl: null, mcpServers: [] })).toBeNull()
  })

  test("puts this run's address and servers over the user's own", () => {
    const base =
      'openai_base_url = "http://old"\nmodel = "m"\n[mcp_servers.files]\ncommand = "old"\nenv = { A = "b" }\n[mcp_servers.mine]\nurl = "http://mine"\n'
    const mcpServers = [
      server({}),
      server({ name: 'web', transport: 'sse', command: null, args: [], url: 'http://web' }),
    ]
    expect(toCodexConfig({ base, baseUrl: 'http://new', mcpServers })).toBe(
      [
        'openai_base_url = "http://new"',
        'model = "m"',
        '',
        '[mcp_servers.files]',
        'command = "npx"',
        String.raw`args = [ "-y", "a \"b\"" ]`,
        '',
        '[mcp_servers.mine]',
        'url = "http://mine"',
        '',
        '[mcp_servers.web]',
        'url = "http://web"',
        '',
      ].join('\n'),
    )
  })

  test('has the variables of a server, and names those of the headers', () => {
    const mcpServers = [
      server({ env: { A: '1' } }),
      server({ name: 'web', transport: 'streamable-http', url: 'http://web', headers: { Authorization: 'Bearer t' } }),
    ]
    const config = toCodexConfig({ base: null, baseUrl: null, mcpServers }) ?? ''
    expect(parse(config)).toEqual({
      mcp_servers: {
        files: { command: 'npx', args: ['-y', 'a "b"'], env: { A: '1' } },
        web: { url: 'http://web', env_http_headers: { Authorization: 'TBCC_MCP_2_HEADER_1' } },
      },
    })
    expect(headerVariables(mcpServers)).toEqual({ TBCC_MCP_2_HEADER_1: 'Bearer t' })
  })

  test('may be given as a JSON object', () => {
    expect(toCodexConfig({ base: '{"a":{"b":[1,true]}}', baseUrl: null, mcpServers: [] })).toBe(
      '[a]\nb = [ 1, true ]\n',
    )
  })

  test.each(['a = ', '{"a":', '{"a":null}', 'mcp_servers = 1'])('that is none is refused: %s', (base) => {
    expect(() => toCodexConfig({ base, baseUrl: null, mcpServers: [server({})] })).toThrow(
      'agent codex: setting config',
    )
  })
})

describe('the scripts in a real bash', () => {
  let root: string
  beforeAll(() => {
    root = mkdtempSync(join(tmpdir(), 'tbcc-codex-'))
  })
  afterAll(() => {
    // What a test made unreadable must go, too.
    rmSync(root, { recursive: true, force: true })
  })

  /** The container's places in a folder of the test. */
  const bash = (script: string, env: Readonly<Record<string, string>>) => {
    const here = script.replaceAll('/tmp/codex-secrets', `${root}/secrets`).replaceAll('/logs/agent', `${root}/logs`)
    return spawnSync('bash', ['-c', here], {
      encoding: 'utf8',
      env: { PATH: process.env['PATH'], HOME: `${root}/home`, CODEX_HOME: `${root}/codex`, ...env },
    })
  }
  const auth = (): unknown => JSON.parse(readFileSync(`${root}/codex/auth.json`, 'utf8'))

  test('write any key so that JSON gives it back, for this user alone, in no argument', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme-ascii', minLength: 1 }), (key) => {
        const script = prepareScript({ login: {}, hasConfig: true, skillFolders: [] })
        const { status, stderr } = bash(script, { OPENAI_API_KEY: key, TBCC_CODEX_CONFIG: 'a = "%s"\n' })
        expect([status, stderr]).toEqual([0, ''])
        expect(auth()).toEqual({ OPENAI_API_KEY: key })
      }),
      { numRuns: 25 },
    )
    for (const path of ['secrets', 'codex']) expect(statSync(`${root}/${path}`).mode & 0o777).toBe(0o700)
    for (const path of ['secrets/auth.json', 'codex/config.toml'])
      expect(statSync(`${root}/${path}`).mode & 0o777).toBe(0o600)
    expect(readFileSync(`${root}/codex/config.toml`, 'utf8')).toBe('a = "%s"\n')
  })

  test.each([
    [{ CODEX_CHATGPT_ACCESS_TOKEN: 'a"b' }, null],
    [{ CODEX_CHATGPT_ACCESS_TOKEN: 'a"b', CODEX_CHATGPT_ACCOUNT_ID: 'c' }, 'c'],
  ])('write a login without its refresh token: %j', (login, account) => {
    expect(bash(prepareScript({ login, hasConfig: false, skillFolders: [] }), login).status).toBe(0)
    expect(auth()).toMatchObject({
      auth_mode: 'chatgpt',
      tokens: { id_token: 'a"b', access_token: 'a"b', refresh_token: '', account_id: account },
    })
    expect(readFileSync(`${root}/codex/auth.json`, 'utf8')).toMatch(
      /"last_refresh": "\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"}\n$/,
    )
  })

  test('bring skills to where Codex looks for them, and do without', () => {
    mkdirSync(`${root}/my skills/one`, { recursive: true })
    writeFileSync(`${root}/my skills/one/SKILL.md`, 'x')
    const skillFolders = [`${root}/nowhere`, `${root}/my skills`]
    expect(bash(prepareScript({ login: {}, hasConfig: false, skillFolders }), {}).status).toBe(0)
    expect(readFileSync(`${root}/home/.agents/skills/one/SKILL.md`, 'utf8')).toBe('x')
    expect(existsSync(`${root}/codex/auth.json`)).toBe(false)
  })

  test('keep the sessions and leave no secret, whatever fails', () => {
    const env = { OPENAI_API_KEY: 'k' }
    const prepared = (): void => {
      bash(prepareScript({ login: {}, hasConfig: false, skillFolders: [] }), env)
      mkdirSync(`${root}/codex/sessions/2026`, { recursive: true })
      writeFileSync(`${root}/codex/sessions/2026/rollout.jsonl`, 'new')
    }
    prepared()
    mkdirSync(`${root}/logs/sessions/old`, { recursive: true })
    expect(bash(cleanUpScript(), env).status).toBe(0)
    expect(readFileSync(`${root}/logs/sessions/2026/rollout.jsonl`, 'utf8')).toBe('new')
    expect(['secrets', 'codex', 'logs/sessions/old'].filter((path) => existsSync(`${root}/${path}`))).toEqual([])

    prepared()
    rmSync(`${root}/logs`, { recursive: true })
    writeFileSync(`${root}/logs`, 'in the way')
    chmodSync(`${root}/logs`, 0o400)
    expect(bash(cleanUpScript(), env).status).not.toBe(0)
    expect(['secrets', 'codex'].filter((path) => existsSync(`${root}/${path}`))).toEqual([])
    rmSync(`${root}/logs`)
    expect(bash(cleanUpScript(), env).status).toBe(0)
  })
})
