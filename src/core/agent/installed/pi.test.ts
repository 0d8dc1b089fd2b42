import { describe, expect, test } from 'vitest'
import { GUARDED_SERVERS, PLAIN_ASK, useRecipeBeds } from '../../../../test/support/run-recipe.ts'
import type { RunAsk } from './installed-agent.ts'
import { parseModelName } from './model-name.ts'
import { toEndpoint } from './pi/access.ts'
import { SPECS } from './pi/settings.ts'
import { piAgent } from './pi.ts'
import { parseSettings } from './settings.ts'

type Ask = RunAsk<typeof SPECS>

const ask = (more: Partial<Ask> = {}, kwargs: Readonly<Record<string, unknown>> = {}): Ask => ({
  ...PLAIN_ASK,
  model: parseModelName('anthropic/claude-x'),
  settings: parseSettings('pi', SPECS, kwargs),
  ...more,
})

describe('variables', () => {
  test('are those of the provider, and what pi knows beside them', () => {
    const anthropic = { ANTHROPIC_OAUTH_TOKEN: 'o', OPENAI_API_KEY: 'x' }
    expect(piAgent.environment(ask({ env: anthropic }))).toEqual({ ANTHROPIC_OAUTH_TOKEN: 'o' })
    const google = ask({ env: { GOOGLE_API_KEY: 'g' }, model: parseModelName('gemini/m') })
    expect(piAgent.environment(google)).toEqual({ GOOGLE_API_KEY: 'g', GEMINI_API_KEY: 'g' })
  })

  test('that are missing are named', () => {
    expect(() => piAgent.environment(ask())).toThrow('ANTHROPIC_API_KEY is not set')
    expect(() => piAgent.environment(ask({ model: parseModelName('claude-x') }))).toThrow('with its provider')
    const own = ask({ env: { MINE_BASE_URL: 'http://x' }, model: parseModelName('mine/m') })
    expect(() => piAgent.environment(own)).toThrow('agent pi needs a key for http://x')
    const api = ask({ env: { ANTHROPIC_API_KEY: 'k' } }, { model_api: 'openai-completions' })
    expect(() => piAgent.environment(api)).toThrow('model_api says what an address speaks')
  })
})

test.each([
  ['anthropic/m', 'ANTHROPIC', 'http://x/v1', null, 'anthropic-messages', 'http://x'],
  ['openai/m', 'OPENAI', 'http://x/v1', null, 'openai-responses', 'http://x/v1'],
  ['openai/m', 'OPENAI', 'http://x/v1', 'openai-completions', 'openai-completions', 'http://x/v1'],
  ['mine/m', 'MINE', 'http://x', null, 'openai-completions', 'http://x'],
])('an address of %s', (name, prefix, url, model_api, api, baseUrl) => {
  const env = { [`${prefix}_API_KEY`]: 'k', [`${prefix}_BASE_URL`]: url }
  const endpoint = toEndpoint(ask({ env, model: parseModelName(name) }, { model_api }))
  // The key is looked up in the variable.
  expect(endpoint).toEqual({ baseUrl, apiKey: `$${prefix}_API_KEY`, api })
})

describe('a run', () => {
  const newBed = useRecipeBeds('pi')
  const KEY = { ANTHROPIC_API_KEY: 'secret-key' }

  test('asks by stdin, as Harbor calls it', () => {
    const recipe = piAgent.run(ask({ env: KEY, extraArgs: '--no-skills' }, { thinking: 'high' }))
    const bed = newBed()
    expect(bed.run(recipe, '@file "it"\n$HOME')).toBe(true)
    expect(bed.seen.stdin).toBe('@file "it"\n$HOME')
    const [print, mode, format, sessionDir, folder, ...others] = bed.seen.words
    expect([print, mode, format, sessionDir]).toEqual(['--print', '--mode', 'json', '--session-dir'])
    expect(folder).toMatch(/\/logs\/agent\/pi\/sessions$/)
    expect(others).toEqual(['--provider', 'anthropic', '--model', 'claude-x', '--thinking', 'high', '--no-skills'])
    expect(bed.seen.env).not.toContain('PI_CODING_AGENT_DIR')
  })

  test('at an address of one’s own has a folder of its own, with a limit of turns', () => {
    const env = { ...KEY, ANTHROPIC_BASE_URL: 'http://x' }
    const recipe = piAgent.run(ask({ env, maxTurns: 3 }, { reasoning_effort: 'max' }))
    const bed = newBed()
    expect(bed.run(recipe, 'Do it.')).toBe(true)
    const words = bed.seen.words.join(' ')
    expect(words).toContain('--provider harbor-endpoint --model claude-x')
    expect(words).toMatch(/--extension \S+\/max-turns\.mjs --thinking max$/)
    expect(bed.seen.env).toMatch(/^PI_CODING_AGENT_DIR=.*\/tmp\/tbcc-pi$/m)
    expect(JSON.parse(bed.read('tmp/tbcc-pi/models.json'))).toEqual({
      providers: {
        'harbor-endpoint': {
          baseUrl: 'http://x',
          apiKey: '$ANTHROPIC_API_KEY',
          api: 'anthropic-messages',
          models: [{ id: 'claude-x', reasoning: true, thinkingLevelMap: { max: 'max' } }],
        },
      },
    })
    expect(JSON.stringify(recipe)).not.toContain('secret-key')
    bed.bash(recipe.cleanUp ?? '')
    expect(() => bed.read('tmp/tbcc-pi/models.json')).toThrow('ENOENT')
  })

  test('keeps what is whole, and the exit code where nothing is', () => {
    const recipe = piAgent.run(ask({ env: KEY }))
    const bed = newBed()
    expect(bed.run(recipe, 'Do it.')).toBe(true)
    const says = (...lines: readonly string[]) => {
      bed.write('bin/pi', ['#!/bin/sh', ...lines].join('\n'))
      return bed.bash(recipe.command)
    }
    const lines = ['{"type":"message_update","x":1}', '{"type":"turn_end"}', '{"type":"tool_execution_update"}']
    expect(says(...lines.map((line) => `echo '${line}'`), 'echo Warning >&2')).toEqual({
      status: 0,
      output: '{"type":"turn_end"}\nWarning\n',
    })
    expect(says('exit 3')).toEqual({ status: 3, output: '' })
  })

  test('with servers has them in a file for its adapter', () => {
    const recipe = piAgent.run(ask({ env: KEY, mcpServers: GUARDED_SERVERS }))
    expect(recipe.privateFiles?.['mcp.json']).toContain('"Authorization": "Bearer t"')
    expect(recipe.prepare).not.toContain('npm')
    expect(recipe.command).toContain('--extension /tmp/tbcc-pi-mcp/node_modules/pi-mcp-adapter/index.ts')
  })
})

describe('an installation', () => {
  const newBed = useRecipeBeds('pi-install')
  const installation = (version: string | null, mcpServers = GUARDED_SERVERS) =>
    piAgent.installation?.({ mcpServers, version })

  test('without servers is of any version, and of nothing else', () => {
    for (const version of [null, '0.87.1']) expect(installation(version, [])).toEqual({ version, beside: null })
  })

  test('with servers is of a version that the adapter fits, with the adapter', () => {
    expect(installation(null)).toMatchObject({ version: '0.85.1' })
    for (const version of ['0.84.1', '0.84.12', '0.85.0', 'v0.85.1']) {
      expect(installation(version)).toMatchObject({ version })
      expect(installation(version)?.beside).toContain('pi-mcp-adapter@2.34.0')
    }
    for (const version of ['0.84.0', '0.83.9', '0.86.0', '0.850.1', '1.0.0', 'latest', ''])
      expect(() => installation(version)).toThrow('its adapter needs pi 0.84.1 to 0.85')
  })

  test('of the adapter fails where there is no npm, and says so', () => {
    const { status, output } = newBed().bash(`command() { return 1; }\n${installation(null)?.beside ?? ''}`)
    expect(status).toBe(1)
    expect(output).toContain('npm brings its adapter')
  })
})
