import { describe, expect, test } from 'vitest'
import { PLAIN_ASK, serverOf, useRecipeBeds } from '../../../../test/support/run-recipe.ts'
import type { RunAsk } from './installed-agent.ts'
import { miniSweAgent } from './mini-swe-agent.ts'
import { SPECS } from './mini-swe-agent/settings.ts'
import { parseModelName } from './model-name.ts'
import { parseSettings } from './settings.ts'

const newBed = useRecipeBeds('mini-swe-agent')
const settingsOf = (kwargs: Readonly<Record<string, unknown>> = {}) => parseSettings('mini-swe-agent', SPECS, kwargs)
const recipeOf = (kwargs: Readonly<Record<string, unknown>> = {}, ask: Partial<RunAsk<typeof SPECS>> = {}) =>
  miniSweAgent.run({
    ...PLAIN_ASK,
    model: parseModelName('anthropic/claude-x'),
    settings: settingsOf(kwargs),
    ...ask,
  })
const TASK_FILE = 'home/.config/mini-swe-agent/tbcc-task.yaml'

const environment = (env: Readonly<Record<string, string>>, model = 'openai/gpt-x') =>
  miniSweAgent.environment({ env, settings: settingsOf(), model: parseModelName(model), credential: null })

describe('variables', () => {
  test('are the provider’s, and an address under both of its names', () => {
    expect(environment({ OPENAI_API_KEY: 'k', OPENAI_API_BASE: 'http://x', HOME: '/h' })).toEqual({
      OPENAI_API_KEY: 'k',
      OPENAI_BASE_URL: 'http://x',
      OPENAI_API_BASE: 'http://x',
    })
  })

  test('a key of its own stands for any provider', () => {
    expect(environment({ MSWEA_API_KEY: 'm' }, 'anthropic/x')).toEqual({ MSWEA_API_KEY: 'm' })
    expect(() => environment({ OPENAI_API_KEY: 'k' }, 'anthropic/x')).toThrow('ANTHROPIC_API_KEY is not set')
    expect(() => environment({ OPENAI_API_KEY: 'k' }, 'gpt-x')).toThrow('needs a model with its provider')
  })
})

describe('command line', () => {
  test('is Harbor’s without any setting, the task in a file', () => {
    expect(recipeOf().command).toBe(
      'mini-swe-agent --yolo --model=anthropic/claude-x --output=/logs/agent/mini-swe-agent.trajectory.json ' +
        '--cost-limit 0 -c mini -c model.model_kwargs.timeout=3600 -c ~/.config/mini-swe-agent/tbcc-task.yaml --exit-immediately',
    )
  })

  test('has every setting in Harbor’s order', () => {
    const { command, privateFiles } = recipeOf(
      { cost_limit: 2, reasoning_effort: 'high', max_tokens: 9, config: 'agent: {}', litellm_model_registry: '{}' },
      { maxTurns: 4, extraArgs: '--model-class x' },
    )
    expect(command.split(' -c ').slice(1)).toEqual([
      'mini',
      'model.model_kwargs.timeout=3600',
      '/tmp/tbcc-private/mini-swe-agent.yaml',
      'model.litellm_model_registry=/tmp/tbcc-private/mini-swe-agent-models.json',
      'model.model_kwargs.reasoning_effort=high',
      'model.model_kwargs.max_tokens=9',
      'agent.step_limit=4',
      '~/.config/mini-swe-agent/tbcc-task.yaml --model-class x --exit-immediately',
    ])
    expect(command).toContain('--cost-limit 2 ')
    expect(privateFiles).toEqual({ 'mini-swe-agent.yaml': 'agent: {}', 'mini-swe-agent-models.json': '{}' })
  })

  test('asks OpenAI by its Responses API where it is to think', () => {
    const openai = { model: parseModelName('openai/gpt-x') }
    const { command } = recipeOf({ reasoning_effort: 'low', max_tokens: 9 }, openai)
    expect(command.split(' -c ').slice(3, 6)).toEqual([
      'model.model_class=litellm_response',
      'model.model_kwargs.reasoning.effort=low',
      'model.model_kwargs.max_output_tokens=9',
    ])
    expect(recipeOf({ max_tokens: 9 }, openai).command).toContain('model.model_kwargs.max_tokens=9')
  })
})

test.each(['a "q" \\ back\\n & $x `y` %s \t tab\r cr \u0001\u001b[31m é 日 \u007f end\n\n', '', "it's\n'"])(
  'the instruction comes to it as it is: %j',
  (instruction) => {
    const bed = newBed()
    const recipe = recipeOf()
    expect(bed.run(recipe, instruction)).toBe(true)
    expect(JSON.parse(bed.read(TASK_FILE))).toEqual({ run: { task: instruction } })
    expect(bed.seen.words).toContain(`${bed.home}/.config/mini-swe-agent/tbcc-task.yaml`)
    if (instruction !== '') expect(bed.seen.words.join('\n')).not.toContain(instruction)
    bed.bash(recipe.cleanUp ?? '')
    expect(() => bed.read(TASK_FILE)).toThrow('ENOENT')
  },
)

test('servers are told to the model', () => {
  const stdio = serverOf({
    name: 'a',
    transport: 'stdio',
    command: 'run',
    args: ["it's", 'x'],
    env: { A: '1', B: '2' },
  })
  const http = serverOf({ name: 'b', transport: 'streamable-http', url: 'http://x', headers: { K: '${TBCC_MCP_1}' } })
  const bed = newBed()
  expect(bed.run(recipeOf({}, { mcpServers: [stdio, http] }), 'Do it.')).toBe(true)
  const lines = [
    "- a: stdio transport, command: run it's x, variables: A=1, B=2",
    '- b: streamable-http transport, url: http://x, headers: K: ${TBCC_MCP_1}',
  ]
  const task = ['Do it.', '', 'MCP servers that may be used for this task:', ...lines, ''].join('\n')
  expect(JSON.parse(bed.read(TASK_FILE))).toEqual({ run: { task } })
})
