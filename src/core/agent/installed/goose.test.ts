import { describe, expect, test } from 'vitest'
import { GUARDED_SERVERS, PLAIN_ASK, serverOf, useRecipeBeds } from '../../../../test/support/run-recipe.ts'
import { gooseAgent } from './goose.ts'
import { SPECS } from './goose/settings.ts'
import type { RunAsk } from './installed-agent.ts'
import { parseModelName } from './model-name.ts'
import { parseSettings } from './settings.ts'

const newBed = useRecipeBeds('goose')
const settingsOf = (kwargs: Readonly<Record<string, unknown>> = {}) => parseSettings('goose', SPECS, kwargs)
const recipeOf = (ask: Partial<RunAsk<typeof SPECS>> = {}) =>
  gooseAgent.run({ ...PLAIN_ASK, model: parseModelName('anthropic/claude-x'), settings: settingsOf(), ...ask })
const RECIPE_FILE = 'tmp/tbcc-private/recipe.yaml'

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
  expect(recipeOf().command).toBe('goose run --recipe /tmp/tbcc-private/recipe.yaml --output-format stream-json')
  expect(recipeOf({ maxTurns: 3, extraArgs: '--debug' }).command).toMatch(/ --max-turns 3 --debug$/)
})

test('of its own log the last warnings and errors are printed, after an empty line; where there is none, nothing else', () => {
  const { ownLog = 'false' } = recipeOf()
  const bed = newBed()
  expect(bed.bash(ownLog)).toEqual({ status: 0, output: '\n' })
  const entry = (level: string, at: number): string =>
    JSON.stringify({ timestamp: at, level, fields: {}, target: 'goose' })
  const lines = Array.from({ length: 60 }, (_, at) => entry(at % 2 === 0 ? 'WARN' : 'ERROR', at))
  const folder = 'logs/agent/goose/xdg-state/goose/logs/cli'
  bed.write(`${folder}/2026-11-21/a.log`, `${entry('INFO', 0)}\n${lines.join('\n')}\n`)
  bed.write(`${folder}/2026-11-22/b.log`, `${entry('DEBUG', 1)}\n${entry('WARN', 99)}\n`)
  const { status, output } = bed.bash(ownLog)
  expect(status).toBe(0)
  expect(output.split('\n')).toEqual(['', ...lines.slice(-49), entry('WARN', 99), ''])
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
})

test('servers are its extensions, but for those that it no longer speaks to', () => {
  const mcpServers = [serverOf({ name: 's', transport: 'stdio', command: 'run', args: ['{{x}}'] }), ...GUARDED_SERVERS]
  const bed = newBed()
  const recipe = recipeOf({ mcpServers })
  expect(bed.run(recipe, 'x')).toBe(true)
  expect(JSON.parse(bed.read(RECIPE_FILE))).toMatchObject({
    extensions: [
      { type: 'builtin', name: 'developer' },
      { type: 'platform', name: 'todo' },
      { type: 'stdio', name: 's', cmd: 'run', args: ['{{x}}'] },
      { type: 'stdio', name: 'a', cmd: 'run', args: ['x'], envs: { A: '1' } },
      { type: 'streamable_http', name: 'b', uri: 'http://b', headers: { Authorization: 'Bearer t' } },
    ],
  })
  expect(bed.read(RECIPE_FILE)).not.toContain('{{')
  // On no command line, and for nobody else to read.
  expect(`${recipe.prepare}${recipe.command}`).not.toContain('Bearer')
  expect(bed.bash(`stat -c %a /tmp/tbcc-private/recipe.yaml`).output).toBe('600\n')
  const sse = serverOf({ name: 'c', transport: 'sse', url: 'http://c' })
  expect(() => recipeOf({ mcpServers: [sse] })).toThrow('goose no longer speaks MCP by sse')
})
