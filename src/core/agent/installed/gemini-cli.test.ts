import { utimesSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { GUARDED_SERVERS, PLAIN_ASK, serverOf, useRecipeBeds } from '../../../../test/support/run-recipe.ts'
import type { HostEnv } from '../../job/secrets.ts'
import { geminiCliAgent } from './gemini-cli.ts'
import { toSettings } from './gemini-cli/settings-file.ts'
import type { RunAsk } from './installed-agent.ts'
import { parseModelName } from './model-name.ts'
import { parseSettings } from './settings.ts'

type Ask = RunAsk<typeof geminiCliAgent.settings>

const bed = useRecipeBeds('gemini')

const LOGIN = {
  env: { GOOGLE_CLOUD_ACCESS_TOKEN: 't', GOOGLE_GENAI_USE_GCA: 'true' },
  source: '/home/me/.gemini/oauth_creds.json',
  expiresAt: null,
}

function ask(kwargs: Readonly<Record<string, unknown>> = {}, more: Partial<Ask> = {}): Ask {
  const settings = parseSettings('gemini-cli', geminiCliAgent.settings, kwargs)
  return { ...PLAIN_ASK, model: parseModelName('google/gemini-3-pro-preview'), settings, ...more }
}

describe('variables', () => {
  const environment = (env: HostEnv, more: Partial<Ask> = {}) => geminiCliAgent.environment(ask({}, { env, ...more }))

  test('are a key under the name that the CLI knows, and an address', () => {
    expect(environment({ GEMINI_API_KEY: 'k', GOOGLE_GEMINI_BASE_URL: 'http://x', GOOGLE_API_KEY: 'o' })).toEqual({
      GEMINI_API_KEY: 'k',
      GOOGLE_GEMINI_BASE_URL: 'http://x',
    })
    expect(environment({ GEMINI_API_KEY: ' ', GOOGLE_API_KEY: 'o', GOOGLE_BASE_URL: 'http://y' })).toEqual({
      GEMINI_API_KEY: 'o',
      GOOGLE_GEMINI_BASE_URL: 'http://y',
    })
  })

  test('are those of the cloud where it is asked for, with or without a key', () => {
    const env = { GOOGLE_GENAI_USE_VERTEXAI: 'True', GOOGLE_CLOUD_PROJECT: 'p', GOOGLE_CLOUD_LOCATION: 'l' }
    expect(environment(env)).toEqual(env)
    expect(environment({ ...env, GOOGLE_API_KEY: 'k' })).toEqual({ ...env, GOOGLE_API_KEY: 'k' })
  })

  test("are those of this host's login, and then no key", () => {
    const env = { GEMINI_API_KEY: 'k', GOOGLE_CLOUD_PROJECT: 'p' }
    expect(environment(env, { credential: LOGIN })).toEqual({ GOOGLE_CLOUD_PROJECT: 'p', ...LOGIN.env })
  })

  test('without a key are refused', () => {
    expect(() => environment({ GEMINI_API_KEY: '' })).toThrow('GEMINI_API_KEY is not set')
  })

  test.each([{ GEMINI_OAUTH_CREDS_PATH: '/x' }, { GEMINI_FORCE_OAUTH: '1' }])(
    'that would bring a refresh token into the container are refused: %j',
    (env) => {
      expect(() => environment({ GEMINI_API_KEY: 'k', ...env })).toThrow('goes into no container')
      expect(environment(env, { credential: LOGIN })).toEqual(LOGIN.env)
    },
  )

  test.each([
    ['google/gemini-2.5-flash', 'low', false],
    ['google/gemini-3-pro-preview', 'medium', false],
    ['google/gemini-3-pro-preview', 'high', true],
    ['google/gemini-3-flash', 'minimal', true],
  ])('are refused where the model has no such effort: %s %s', (model, effort, allowed) => {
    const make = () =>
      geminiCliAgent.environment(
        ask({ reasoning_effort: effort }, { env: { GEMINI_API_KEY: 'k' }, model: parseModelName(model) }),
      )
    if (allowed) expect(make()).toEqual({ GEMINI_API_KEY: 'k' })
    else expect(make).toThrow(`has no reasoning_effort=${effort}`)
  })
})

describe('its settings file', () => {
  test('names the login, and turns skills on', () => {
    expect(toSettings(ask())).toEqual({
      security: { auth: { selectedType: 'gemini-api-key' } },
      experimental: { skills: true },
    })
    const selected = (more: Partial<Ask>) => toSettings(ask({}, more))['security']
    expect(selected({ credential: LOGIN })).toEqual({ auth: { selectedType: 'oauth-personal' } })
    expect(selected({ env: { GOOGLE_GENAI_USE_VERTEXAI: 'true' } })).toEqual({ auth: { selectedType: 'vertex-ai' } })
  })

  test('has servers, effort, limits and what the user lays over it', () => {
    const mcpServers = [...GUARDED_SERVERS, serverOf({ name: 'c', transport: 'sse', url: 'http://c' })]
    const kwargs = {
      reasoning_effort: 'high',
      disable_web_search: true,
      settings: { general: { maxAttempts: 1 }, model: { name: 'own' } },
    }
    const written = toSettings(ask(kwargs, { mcpServers, maxTurns: 7 }))
    expect(written).toMatchObject({
      mcpServers: {
        a: { command: 'run', args: ['x'], env: { A: '1' } },
        b: { httpUrl: 'http://b', headers: { Authorization: 'Bearer t' } },
        c: { url: 'http://c' },
      },
      tools: { exclude: ['google_web_search', 'web_fetch'] },
      model: { maxSessionTurns: 7, name: 'own' },
      general: { maxAttempts: 1 },
      experimental: { skills: true },
    })
    expect(written['modelConfigs']).toEqual({
      customAliases: {
        'tbcc-gemini-3-pro-preview-high': {
          modelConfig: {
            model: 'gemini-3-pro-preview',
            generateContentConfig: { thinkingConfig: { includeThoughts: true, thinkingLevel: 'HIGH' } },
          },
        },
      },
    })
  })
})

describe('a run', () => {
  test('gets the instruction on its stdin only, with skills, settings and flags', () => {
    const here = bed()
    here.write('my skills/one/SKILL.md', 'x')
    const folder = join(here.home, '..', 'my skills')
    const instruction = `--help\n$(touch "$OUT/ran") 'quoted' "\\n" é\n`
    const recipe = geminiCliAgent.run(
      ask({ sandbox: true }, { skillFolders: [folder, '/none'], extraArgs: '--debug "a b"' }),
    )
    expect(here.run(recipe, instruction)).toBe(true)
    expect(here.seen.stdin).toBe(instruction)
    expect(here.seen.words).toEqual([
      '--yolo',
      '--sandbox',
      '--model=gemini-3-pro-preview',
      '--output-format',
      'stream-json',
      '--debug',
      'a b',
    ])
    expect(here.seen.env).toContain('GEMINI_CLI_TRUST_WORKSPACE=true')
    expect(here.seen.env).not.toContain('quoted')
    expect(here.read('home/.gemini/skills/one/SKILL.md')).toBe('x')
    expect(JSON.parse(here.read('home/.gemini/settings.json'))).toMatchObject({ experimental: { skills: true } })
  })

  test('leaves its newest session in the logs, and nothing where there is none', () => {
    const { cleanUp = 'exit 9' } = geminiCliAgent.run(ask())
    const here = bed()
    expect(here.bash(cleanUp)).toEqual({ status: 0, output: '' })
    const chats = 'home/.gemini/tmp/app dir/chats'
    for (const [index, name] of ['session-new.jsonl', 'session-old.json', 'x/other.jsonl'].entries()) {
      here.write(`${chats}/${name}`, name)
      utimesSync(join(here.home, '..', chats, name), 1000, name.includes('new') ? 2000 : 1000 + index)
    }
    expect(here.bash(cleanUp)).toEqual({ status: 0, output: '' })
    expect(here.read('logs/agent/gemini-cli.trajectory.jsonl')).toBe('session-new.jsonl')
    expect(() => here.read('logs/agent/gemini-cli.trajectory.json')).toThrow('ENOENT')
  })
})
