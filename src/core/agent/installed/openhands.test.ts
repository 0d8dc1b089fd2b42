import { spawnSync } from 'node:child_process'
import { parse } from 'smol-toml'
import { describe, expect, test } from 'vitest'
import { GUARDED_SERVERS, PLAIN_ASK, serverOf, useRecipeBeds } from '../../../../test/support/run-recipe.ts'
import type { RunAsk } from './installed-agent.ts'
import { parseModelName } from './model-name.ts'
import { openhandsAgent } from './openhands.ts'
import { SPECS } from './openhands/settings.ts'
import { parseSettings } from './settings.ts'

const newBed = useRecipeBeds('tbcc-openhands')
const settingsOf = (kwargs: Readonly<Record<string, unknown>> = {}) => parseSettings('openhands', SPECS, kwargs)
const recipeOf = (kwargs: Readonly<Record<string, unknown>> = {}, ask: Partial<RunAsk<typeof SPECS>> = {}) =>
  openhandsAgent.run({ ...PLAIN_ASK, settings: settingsOf(kwargs), ...ask })

const environment = (
  env: Readonly<Record<string, string>>,
  model: string | null,
  kwargs: Readonly<Record<string, unknown>> = {},
) =>
  openhandsAgent.environment({
    env,
    settings: settingsOf(kwargs),
    credential: null,
    model: model === null ? null : parseModelName(model),
  })

describe('variables', () => {
  test('are a key, an address and a model under its own names', () => {
    expect(environment({ ANTHROPIC_API_KEY: 'k', ANTHROPIC_BASE_URL: 'http://x' }, 'anthropic/m')).toEqual({
      LLM_API_KEY: 'k',
      LLM_BASE_URL: 'http://x',
      LLM_MODEL: 'anthropic/m',
    })
    expect(environment({ LLM_API_KEY: 'l', OPENAI_API_KEY: 'k', OPENHANDS_A: 'b' }, 'openai/m')).toEqual({
      LLM_API_KEY: 'l',
      LLM_MODEL: 'openai/m',
      OPENHANDS_A: 'b',
    })
  })

  test('the address is the one that is meant for it first', () => {
    const env = { LLM_API_KEY: 'k', OPENAI_BASE_URL: 'http://provider', OPENAI_API_BASE: 'http://named' }
    const addressOf = (more: Readonly<Record<string, string>>, kwargs = {}) =>
      environment({ ...env, ...more }, 'openai/m', kwargs)['LLM_BASE_URL']
    expect(addressOf({ LLM_BASE_URL: 'http://own' }, { api_base: 'http://set' })).toBe('http://own')
    expect(addressOf({}, { api_base: 'http://set' })).toBe('http://set')
    expect(addressOf({})).toBe('http://named')
    expect(addressOf({ OPENAI_API_BASE: '' })).toBe('http://provider')
  })

  test('the model may be named by a variable, a key is needed but for a server of one’s own', () => {
    expect(environment({ LLM_API_KEY: 'k', LLM_MODEL: 'azure/m', AZURE_API_VERSION: 'v' }, null)).toEqual({
      LLM_API_KEY: 'k',
      LLM_MODEL: 'azure/m',
      LLM_API_VERSION: 'v',
    })
    expect(environment({}, 'hosted_vllm/m')).toMatchObject({ LLM_API_KEY: 'none' })
    expect(() => environment({}, 'openai/m')).toThrow('has no key for openai')
    expect(() => environment({ LLM_API_KEY: 'k' }, null)).toThrow('needs a model')
  })
})

test('settings go by variables', () => {
  const kwargs = {
    disable_tool_calls: true,
    temperature: 0.5,
    caching_prompt: false,
    model_info: { max_input_tokens: 9 },
  }
  expect(recipeOf(kwargs, { maxTurns: 5 }).env).toMatchObject({
    LLM_NATIVE_TOOL_CALLING: 'false',
    LLM_TEMPERATURE: '0.5',
    LLM_CACHING_PROMPT: 'false',
    LLM_MAX_INPUT_TOKENS: '9',
    MAX_ITERATIONS: '5',
    RUNTIME: 'local',
  })
  const maxTurns = (settings: Readonly<Record<string, unknown>>) =>
    openhandsAgent.maxTurns?.({ ...PLAIN_ASK, settings: settingsOf(settings) })
  expect(maxTurns({ max_turns: 4 })).toBe(4)
  expect(maxTurns({ max_turns: 4, max_iterations: 6 })).toBe(6)
  expect(maxTurns({})).toBeNull()
  expect(recipeOf().env).toMatchObject({ LLM_NATIVE_TOOL_CALLING: 'true' })
  expect(Object.keys(recipeOf().env ?? {}).filter((name) => /MAX_|TEMPERATURE/.test(name))).toEqual([])
})

test('it is started where it is to work, with the instruction in a file', () => {
  const bed = newBed()
  const server = serverOf({ name: 'a "b"', transport: 'stdio', command: 'run', args: ['x'] })
  expect(bed.run(recipeOf({}, { mcpServers: [server, ...GUARDED_SERVERS] }), 'Do it.')).toBe(true)
  const { words, env } = bed.seen
  expect(words).toEqual([
    expect.stringMatching(/^--file=.*\/instruction\.md$/),
    expect.stringMatching(/^--config-file=.*\/tmp\/tbcc-private\/openhands\.toml$/),
  ])
  expect(env).toContain(`SANDBOX_VOLUMES=${process.cwd()}:/workspace:rw\n`)
  expect(env).toMatch(/^USER=.+$/m)
  expect(parse(bed.read('tmp/tbcc-private/openhands.toml'))).toEqual({
    mcp: {
      shttp_servers: [{ url: 'http://b', api_key: 't' }],
      stdio_servers: [
        { name: 'a "b"', command: 'run', args: ['x'] },
        { name: 'a', command: 'run', args: ['x'], env: { A: '1' } },
      ],
    },
  })
})

test('a header that it has no place for is refused before anything starts', () => {
  const wants = (headers: Readonly<Record<string, string>>) => () =>
    openhandsAgent.checkServers?.([serverOf({ name: 'b', url: 'http://b', headers: { ...headers } })])
  expect(wants({ authorization: 'Bearer t' })).not.toThrow()
  expect(wants({ 'X-Api-Key': 't' })).toThrow('openhands cannot send the header X-Api-Key, which server "b" wants')
  expect(wants({ Authorization: 'Basic t' })).toThrow('Authorization')
})

test('its installer is bash that can be read', () => {
  const script = openhandsAgent.install.vendor?.glibc ?? ''
  expect(spawnSync('bash', ['-n', '-c', script], { encoding: 'utf8' }).stderr).toBe('')
})
