import { describe, expect, test } from 'vitest'
import { GUARDED_SERVERS, PLAIN_ASK, useRecipeBeds } from '../../../../test/support/run-recipe.ts'
import type { RunAsk } from './installed-agent.ts'
import { parseModelName } from './model-name.ts'
import { toOpencodeConfig } from './opencode/config.ts'
import { SPECS } from './opencode/settings.ts'
import { opencodeAgent } from './opencode.ts'
import { parseSettings } from './settings.ts'

type Ask = RunAsk<typeof SPECS>

const ask = (more: Partial<Ask> = {}, kwargs: Readonly<Record<string, unknown>> = {}): Ask => ({
  ...PLAIN_ASK,
  model: parseModelName('anthropic/claude-x'),
  settings: parseSettings('opencode', SPECS, kwargs),
  ...more,
})

describe('variables', () => {
  test('are those of the provider', () => {
    const env = { ANTHROPIC_API_KEY: 'k', ANTHROPIC_BASE_URL: 'http://x', OPENAI_API_KEY: 'o' }
    expect(opencodeAgent.environment(ask({ env }))).toEqual({ ANTHROPIC_API_KEY: 'k', ANTHROPIC_BASE_URL: 'http://x' })
  })

  test('have a key, but for a configuration of one’s own', () => {
    expect(() => opencodeAgent.environment(ask())).toThrow('ANTHROPIC_API_KEY is not set')
    expect(opencodeAgent.environment(ask({}, { opencode_config: { provider: {} } }))).toEqual({})
  })

  test.each(['claude-x', '/claude-x', 'anthropic/'])('need a provider and a name, unlike %s', (name) => {
    const env = { ANTHROPIC_API_KEY: 'k' }
    expect(() => opencodeAgent.environment(ask({ env, model: parseModelName(name) }))).toThrow('with its provider')
  })
})

describe('the configuration', () => {
  test('names the model, the address, the servers and the limit', () => {
    const env = { ANTHROPIC_BASE_URL: 'http://127.0.0.1:8080/' }
    expect(toOpencodeConfig(ask({ env, mcpServers: GUARDED_SERVERS, maxTurns: 5 }))).toEqual({
      mcp: {
        a: { type: 'local', command: ['run', 'x'], environment: { A: '1' } },
        b: { type: 'remote', url: 'http://b', oauth: false, headers: { Authorization: 'Bearer t' } },
      },
      provider: { anthropic: { models: { 'claude-x': {} }, options: { baseURL: 'http://127.0.0.1:8080/v1' } } },
      agent: { build: { steps: 5 } },
    })
  })

  test.each([
    ['anthropic/m', { ANTHROPIC_BASE_URL: 'http://x/v1' }, 'http://x/v1'],
    ['openai/m', { OPENAI_BASE_URL: 'http://x:1' }, 'http://x:1/v1'],
    ['google/m', { GOOGLE_BASE_URL: 'http://x/proxy' }, 'http://x/proxy'],
    ['groq/m', { GROQ_BASE_URL: 'http://x' }, undefined],
  ])('of %s has the address of %j', (name, env, expected) => {
    const model = parseModelName(name)
    const config = toOpencodeConfig(ask({ env, model }))
    expect(config).toHaveProperty(['provider', model.provider ?? '', 'models', 'm'], {})
    const address = JSON.stringify(config).match(/"baseURL":"([^"]*)"/)?.[1]
    expect(address).toBe(expected)
  })

  test("has the user's own over it, and web tools forbidden last", () => {
    const own = { provider: { anthropic: { options: { timeout: 1 } } }, permission: { webfetch: 'allow', bash: 'ask' } }
    const config = toOpencodeConfig(ask({}, { opencode_config: own, disable_web_search: true }))
    expect(config).toEqual({
      provider: { anthropic: { models: { 'claude-x': {} }, options: { timeout: 1 } } },
      permission: { bash: 'ask', websearch: 'deny', webfetch: 'deny' },
    })
    expect(Object.keys(config['permission'] ?? {})).toEqual(['bash', 'websearch', 'webfetch'])
    const allowing = toOpencodeConfig(ask({}, { opencode_config: { permission: 'allow' }, disable_web_search: true }))
    expect(allowing['permission']).toEqual({ '*': 'allow', websearch: 'deny', webfetch: 'deny' })
  })

  test('holds no secret', () => {
    const withKey = (apiKey: string) => ask({}, { opencode_config: { provider: { a: [{ options: { apiKey } }] } } })
    expect(() => toOpencodeConfig(withKey('sk-1'))).toThrow('has a secret in provider.a.0.options.apiKey')
    expect(toOpencodeConfig(withKey('{env:MY_KEY}'))).toHaveProperty('provider.a')
  })
})

describe('a run', () => {
  const newBed = useRecipeBeds('opencode')

  test('asks by stdin, as Harbor calls it', () => {
    const env = { ANTHROPIC_BASE_URL: 'http://x' }
    const recipe = opencodeAgent.run(ask({ env, extraArgs: '--agent plan' }, { variant: 'high' }))
    const bed = newBed()
    expect(bed.run(recipe, '-- say "it"\n$HOME')).toBe(true)
    expect(bed.seen.stdin).toBe('-- say "it"\n$HOME')
    expect(bed.seen.words).toEqual([
      '--model=anthropic/claude-x',
      'run',
      '--format=json',
      '--variant',
      'high',
      '--thinking',
      '--dangerously-skip-permissions',
      '--print-logs',
      '--log-level=ERROR',
      '--agent',
      'plan',
    ])
    expect(JSON.parse(bed.read('home/.config/opencode/opencode.json'))).toHaveProperty('provider.anthropic.options')
    expect(recipe.env).toMatchObject({ OPENCODE_FAKE_VCS: 'git', XDG_DATA_HOME: '/tmp/tbcc-opencode/data' })
  })

  test('takes what subagents did from the database, where there were any', () => {
    const recipe = opencodeAgent.run(ask())
    const bed = newBed()
    expect(bed.run(recipe, 'Do it.')).toBe(true)
    bed.bash(recipe.cleanUp ?? '')
    expect(() => bed.read('logs/agent/opencode/subagents.jsonl')).toThrow('ENOENT')
    bed.write('tmp/tbcc-opencode/data/opencode/log/opencode.log', 'said')
    bed.write('tmp/tbcc-opencode/data/opencode/opencode.db-wal', '\0{"type":"tool","tool":"task"}\0')
    bed.bash(recipe.cleanUp ?? '')
    expect(bed.read('logs/agent/opencode/subagents.jsonl')).toBe('')
    expect(bed.read('logs/agent/opencode/opencode.log')).toBe('said')
    expect(() => bed.read('tmp/tbcc-opencode/data/opencode/log/opencode.log')).toThrow('ENOENT')
    expect(bed.seen.words.slice(0, 3)).toEqual(['db', '--format', 'tsv'])
    expect(bed.seen.words[3]).toMatch(/^select json_object\('session', .* order by s\.id, p\.id$/)
  })
})
