import { describe, expect, test } from 'vitest'
import { PLAIN_ASK, useRecipeBeds } from '../../../../test/support/run-recipe.ts'
import { gooseAgent } from './goose.ts'
import { SPECS } from './goose/settings.ts'
import type { RunAsk } from './installed-agent.ts'
import { parseModelName } from './model-name.ts'
import { parseSettings } from './settings.ts'

const newBed = useRecipeBeds('goose')
const settingsOf = (kwargs: Readonly<Record<string, unknown>> = {}) => parseSettings('goose', SPECS, kwargs)
const recipeOf = (ask: Partial<RunAsk<typeof SPECS>> = {}) =>
  gooseAgent.run({ ...PLAIN_ASK, model: parseModelName('anthropic/claude-x'), settings: settingsOf(), ...ask })
const RECIPE_FILE = 'home/tbcc-recipe.yaml'

const environment = (
  env: Readonly<Record<string, string>>,
  model: string,
  kwargs: Readonly<Record<string, unknown>> = {},
) => gooseAgent.environment({ env, settings: settingsOf(kwargs), model: parseModelName(model), credential: null })

describe('variables', () => {
  test('are those that goose knows', () => {
    expect(environment({ ANTHROPIC_API_KEY: 'k', ANTHROPIC_BASE_URL: 'http://x' }, 'anthropic/m')).toEqual({
      ANTHROPIC_API_KEY: 'k',
      ANTHROPIC_HOST: 'http://x',
      GOOSE_MODEL: 'm',
      GOOSE_PROVIDER: 'anthropic',
    })
    expect(environment({ GEMINI_API_KEY: 'k', GOOGLE_BASE_URL: 'http://x' }, 'gemini/m')).toEqual({
      GOOGLE_API_KEY: 'k',
      GOOGLE_HOST: 'http://x',
      GOOSE_MODEL: 'm',
      GOOSE_PROVIDER: 'google',
    })
  })

  test('carry the settings', () => {
    const kwargs = { reasoning_effort: 'max', temperature: 0.5, max_tokens: 9, context_limit: 1000 }
    expect(environment({ OPENAI_API_KEY: 'k' }, 'openai/m', kwargs)).toMatchObject({
      GOOSE_THINKING_EFFORT: 'max',
      GOOSE_TEMPERATURE: '0.5',
      GOOSE_MAX_TOKENS: '9',
      GOOSE_CONTEXT_LIMIT: '1000',
    })
  })

  test('that are missing are named', () => {
    expect(() => environment({}, 'openai/m')).toThrow('OPENAI_API_KEY is not set')
    expect(() => environment({ GROQ_API_KEY: 'k' }, 'groq/m')).toThrow('needs a model of a provider that it knows')
    expect(() => environment({ DATABRICKS_TOKEN: 'k' }, 'databricks/m')).toThrow('DATABRICKS_HOST is not set')
  })
})

test('the command line names a recipe, and the limit of turns', () => {
  expect(recipeOf().command).toBe('goose run --recipe ~/tbcc-recipe.yaml --output-format stream-json')
  expect(recipeOf({ maxTurns: 3, extraArgs: '--debug' }).command).toMatch(/ --max-turns 3 --debug$/)
})

test('the instruction comes into the recipe as it is, and no template is seen in it', () => {
  const instruction = 'a "q" \\ {{ name }} {% x %} $y `z`\n\n'
  const bed = newBed()
  const asked = recipeOf()
  expect(bed.run(asked, instruction)).toBe(true)
  const recipe: unknown = JSON.parse(bed.read(RECIPE_FILE))
  expect(recipe).toMatchObject({ version: '1.0.0', prompt: instruction })
  expect(bed.read(RECIPE_FILE)).not.toMatch(/\{\{|\{%/)
  expect(JSON.parse(bed.read('home/.config/goose/config.yaml'))).toHaveProperty('extensions.developer.enabled', true)
  bed.bash(asked.cleanUp ?? '')
  expect(() => bed.read(RECIPE_FILE)).toThrow('ENOENT')
})

test('servers are its extensions, but for those that it no longer speaks to', () => {
  const server = (transport: 'stdio' | 'sse' | 'streamable-http') => ({
    name: transport,
    transport,
    args: ['{{x}}'],
    ...(transport === 'stdio' ? { command: 'run', url: null } : { command: null, url: 'http://x' }),
  })
  const bed = newBed()
  expect(bed.run(recipeOf({ mcpServers: [server('stdio'), server('streamable-http')] }), 'x')).toBe(true)
  expect(JSON.parse(bed.read(RECIPE_FILE))).toMatchObject({
    extensions: [
      { type: 'builtin', name: 'developer' },
      { type: 'platform', name: 'todo' },
      { type: 'stdio', name: 'stdio', cmd: 'run', args: ['{{x}}'] },
      { type: 'streamable_http', name: 'streamable-http', uri: 'http://x' },
    ],
  })
  expect(bed.read(RECIPE_FILE)).not.toContain('{{')
  expect(() => recipeOf({ mcpServers: [server('sse')] })).toThrow('goose no longer speaks MCP by sse')
})
