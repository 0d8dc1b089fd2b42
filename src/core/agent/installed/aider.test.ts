import { expect, test } from 'vitest'
import { PLAIN_ASK, useRecipeBeds } from '../../../../test/support/run-recipe.ts'
import { classifyFailure } from '../failure/classify.ts'
import { aiderAgent } from './aider.ts'
import { parseModelName } from './model-name.ts'
import { parseSettings } from './settings.ts'

const newBed = useRecipeBeds('aider')
const settingsOf = (kwargs: Readonly<Record<string, unknown>> = {}) =>
  parseSettings('aider', aiderAgent.settings, kwargs)
const recipeOf = (kwargs: Readonly<Record<string, unknown>> = {}) =>
  aiderAgent.run({ ...PLAIN_ASK, model: parseModelName('openai/gpt-x'), settings: settingsOf(kwargs) })
const environment = (env: Readonly<Record<string, string>>, model: string) =>
  aiderAgent.environment({ env, settings: settingsOf(), model: parseModelName(model), credential: null })

test('the key goes by its one variable, the address by the provider’s', () => {
  expect(environment({ OPENAI_API_KEY: 'k', OPENAI_BASE_URL: 'http://x' }, 'openai/m')).toEqual({
    AIDER_API_KEY: 'openai=k',
    OPENAI_BASE_URL: 'http://x',
  })
  expect(() => environment({}, 'anthropic/m')).toThrow('ANTHROPIC_API_KEY is not set')
  expect(() => environment({ GROQ_API_KEY: 'k' }, 'groq/m')).toThrow('needs a model of a provider that it knows')
})

test('the command line is Harbor’s, the instruction in a file', () => {
  const bed = newBed()
  expect(bed.run(recipeOf(), 'Do it.')).toBe(true)
  expect(bed.seen.words).toEqual([
    '--yes',
    expect.stringMatching(/^--chat-history-file=.*\/logs\/agent\/aider\.chat\.history\.md$/),
    '--model=gpt-x',
    expect.stringMatching(/^--message-file=.*\/instruction\.md$/),
  ])
})

test('settings are its flags', () => {
  const kwargs = {
    reasoning_effort: 'high',
    thinking_tokens: 0,
    cache_prompts: true,
    stream: false,
    test_cmd: "make 'x'",
  }
  expect(recipeOf(kwargs).command).toContain(
    " --reasoning-effort high --thinking-tokens 0 --cache-prompts --test-cmd 'make '\\''x'\\''' --no-stream --model=gpt-x ",
  )
})

test('what a test prints that aider ran is no failure of its model', () => {
  const failureOf = (exitCode: number, lines: readonly string[]): string | null => {
    const parser = aiderAgent.parser({ maxTurns: null })
    for (const line of [...lines, '']) parser.line(line)
    parser.end()
    return classifyFailure({ exitCode, summary: parser.summary })?.type ?? null
  }
  const answered = 'Tokens: 2.3k sent, 145 received.'
  expect(failureOf(0, [answered, 'ConnectionRefusedError: [Errno 111] Connection refused'])).toBeNull()
  expect(failureOf(0, [answered, 'litellm.RateLimitError: slow down'])).toBe('ApiRateLimitError')
  expect(failureOf(1, ['OSError: [Errno 28] No space left on device'])).toBe('NonZeroAgentExitCodeError')
})
