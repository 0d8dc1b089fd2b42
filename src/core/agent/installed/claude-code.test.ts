import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { GUARDED_SERVERS, PLAIN_ASK, serverOf, useRecipeBeds } from '../../../../test/support/run-recipe.ts'
import type { HostEnv } from '../../job/secrets.ts'
import { claudeCodeAgent } from './claude-code.ts'
import type { RunAsk, RunRecipe } from './installed-agent.ts'
import { parseModelName } from './model-name.ts'
import { parseSettings } from './settings.ts'

type Ask = RunAsk<typeof claudeCodeAgent.settings>

const newBed = useRecipeBeds('claude')

describe('environment', () => {
  it('takes a key, whichever of its names has one, and the name of the model without its provider', () => {
    const model = parseModelName('anthropic/claude-x')
    expect(environment({ ANTHROPIC_API_KEY: 'k', ANTHROPIC_AUTH_TOKEN: 't' }, { model })).toEqual({
      ANTHROPIC_API_KEY: 'k',
      ANTHROPIC_MODEL: 'claude-x',
    })
    expect(environment({ ANTHROPIC_API_KEY: ' ', ANTHROPIC_AUTH_TOKEN: 't' })).toEqual({ ANTHROPIC_API_KEY: 't' })
    expect(environment({ CLAUDE_CODE_OAUTH_TOKEN: 'o', ANTHROPIC_MODEL: 'm' })).toEqual({
      CLAUDE_CODE_OAUTH_TOKEN: 'o',
      ANTHROPIC_MODEL: 'm',
    })
  })

  it('names every way to a key where there is none', () => {
    expect(() => environment({ ANTHROPIC_API_KEY: '' })).toThrow(
      expect.objectContaining({
        message: expect.stringMatching(
          /ANTHROPIC_API_KEY, ANTHROPIC_AUTH_TOKEN and CLAUDE_CODE_OAUTH_TOKEN/,
        ) as unknown,
        details: {
          hint: 'set one of them, here or with --ae, or use the login of this host with --ak credentials=host',
          anyOf: ['ANTHROPIC_API_KEY', 'ANTHROPIC_AUTH_TOKEN', 'CLAUDE_CODE_OAUTH_TOKEN'],
          hasLogin: true,
        },
      }),
    )
  })

  it('keeps the key back where the subscription is to be used', () => {
    const env = { ANTHROPIC_API_KEY: 'k', CLAUDE_CODE_OAUTH_TOKEN: 'o', CLAUDE_FORCE_OAUTH: 'Yes' }
    expect(environment(env)).toEqual({ CLAUDE_CODE_OAUTH_TOKEN: 'o' })
    expect(() => environment({ ANTHROPIC_API_KEY: 'k', CLAUDE_FORCE_OAUTH: '1' })).toThrow(
      /CLAUDE_CODE_OAUTH_TOKEN is not/,
    )
    expect(() => environment({ ...env, CLAUDE_FORCE_OAUTH: 'maybe' })).toThrow(/true or false/)
    const credential = { env: { CLAUDE_CODE_OAUTH_TOKEN: 'host' }, source: 'Keychain', expiresAt: null }
    expect(environment({ ANTHROPIC_API_KEY: 'k' }, { credential })).toEqual({ CLAUDE_CODE_OAUTH_TOKEN: 'host' })
  })

  it('names the model whole at another address, and takes it for every size of model', () => {
    const env = { ANTHROPIC_API_KEY: 'k', ANTHROPIC_BASE_URL: 'http://127.0.0.1:1' }
    expect(environment(env, { model: parseModelName('openrouter/a/b') })).toEqual({
      ...env,
      ANTHROPIC_MODEL: 'openrouter/a/b',
      ANTHROPIC_DEFAULT_SONNET_MODEL: 'openrouter/a/b',
      ANTHROPIC_DEFAULT_OPUS_MODEL: 'openrouter/a/b',
      ANTHROPIC_DEFAULT_HAIKU_MODEL: 'openrouter/a/b',
      CLAUDE_CODE_SUBAGENT_MODEL: 'openrouter/a/b',
    })
    expect(environment({ ANTHROPIC_API_KEY: 'k' }, { model: parseModelName('openrouter/a/b') })).toEqual({
      ANTHROPIC_API_KEY: 'k',
      ANTHROPIC_MODEL: 'b',
    })
  })

  it('goes to Bedrock with the keys of AWS, and without those of the vendor', () => {
    const env = {
      CLAUDE_CODE_USE_BEDROCK: 'true',
      ANTHROPIC_API_KEY: 'k',
      ANTHROPIC_BASE_URL: 'http://x',
      AWS_ACCESS_KEY_ID: 'i',
      AWS_SECRET_ACCESS_KEY: 's',
      DISABLE_PROMPT_CACHING: '1',
    }
    expect(environment(env, { model: parseModelName('bedrock/eu/m') })).toEqual({
      CLAUDE_CODE_USE_BEDROCK: '1',
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'i',
      AWS_SECRET_ACCESS_KEY: 's',
      DISABLE_PROMPT_CACHING: '1',
      ANTHROPIC_MODEL: 'eu/m',
    })
    expect(environment({ AWS_BEARER_TOKEN_BEDROCK: 'b', AWS_REGION: 'eu-1' })).toEqual({
      CLAUDE_CODE_USE_BEDROCK: '1',
      AWS_REGION: 'eu-1',
      AWS_BEARER_TOKEN_BEDROCK: 'b',
    })
  })

  it('passes on what limits its output and its thinking', () => {
    const limits = { CLAUDE_CODE_MAX_OUTPUT_TOKENS: '9', CLAUDE_CODE_DISABLE_ADAPTIVE_THINKING: '1' }
    expect(environment({ ANTHROPIC_API_KEY: 'k', ...limits })).toMatchObject(limits)
    expect(environment({ ANTHROPIC_API_KEY: 'k', CLAUDE_CODE_DISABLE_ADAPTIVE_THINKING: '0' })).toEqual({
      ANTHROPIC_API_KEY: 'k',
    })
  })
})

describe('command line', () => {
  it('is Harbor’s without any setting', () => {
    expect(recipe({}).command).toBe(
      `printf '%s' "$TBCC_INSTRUCTION" | claude --verbose --output-format=stream-json --permission-mode=bypassPermissions --print`,
    )
  })

  it('has every setting as its flag, quoted', () => {
    const { command, privateFiles } = recipe({
      max_turns: 5,
      reasoning_effort: 'High',
      thinking: 'adaptive',
      thinking_display: 'omitted',
      max_budget_usd: 1.5,
      fallback_model: 'm2',
      append_system_prompt: "don't",
      allowed_tools: 'Bash,Read',
      disallowed_tools: 'Edit',
      disable_web_search: true,
      permission_mode: 'plan',
      config: { env: { A: 'b' } },
    })
    expect(command.split(' | ')[1]?.split(' --')).toEqual([
      'claude',
      'verbose',
      'output-format=stream-json',
      'settings /tmp/tbcc-private/claude-settings.json',
      'max-turns 5',
      'effort high',
      'thinking adaptive',
      'thinking-display omitted',
      'max-budget-usd 1.5',
      'fallback-model m2',
      "append-system-prompt 'don'\\''t'",
      'allowedTools Bash,Read',
      'disallowedTools Edit,WebSearch,WebFetch',
      'permission-mode=plan',
      'print',
    ])
    expect(privateFiles).toEqual({ 'claude-settings.json': '{\n  "env": {\n    "A": "b"\n  }\n}' })
  })

  it('takes limits from the host’s variables where they are not set', () => {
    const env = { CLAUDE_CODE_MAX_TURNS: '7', CLAUDE_CODE_EFFORT_LEVEL: 'low', MAX_THINKING_TOKENS: '100' }
    expect(recipe({}, { env }).command).toContain('--max-turns 7 --effort low --permission-mode')
    expect(recipe({}, { env }).env).toMatchObject({ MAX_THINKING_TOKENS: '100' })
    expect(recipe({ max_turns: 3, max_thinking_tokens: 0 }, { env }).command).toContain('--max-turns 3 ')
    expect(recipe({ max_thinking_tokens: 0 }, { env }).env).toMatchObject({ MAX_THINKING_TOKENS: '0' })
    // What is told of a turn names the limit that the command line has.
    const maxTurns = (given: HostEnv, kwargs = {}) =>
      claudeCodeAgent.maxTurns?.({
        ...PLAIN_ASK,
        env: given,
        settings: parseSettings('claude-code', claudeCodeAgent.settings, kwargs),
      })
    expect(maxTurns(env)).toBe(7)
    expect(maxTurns(env, { max_turns: 3 })).toBe(3)
    for (const word of ['', 'many', '0']) expect(maxTurns({ CLAUDE_CODE_MAX_TURNS: word })).toBeNull()
  })

  it('refuses settings that are none, and configurations that are no objects', () => {
    expect(() => recipe({ effort: 'low' })).toThrow(/has no setting "effort"/)
    expect(() => recipe({ reasoning_effort: 'huge' })).toThrow(/low, medium, high, xhigh, max/)
    expect(() => recipe({ config: '[1]' })).toThrow(/config must be a JSON object/)
  })

  it('names servers as the CLI does', () => {
    const mcpServers = [...GUARDED_SERVERS, serverOf({ name: 'c', transport: 'sse', url: 'http://c' })]
    const bed = newBed()
    expect(bed.run(recipe({}, { mcpServers }), 'x')).toBe(true)
    expect(JSON.parse(bed.read('logs/agent/sessions/.claude.json'))).toEqual({
      mcpServers: {
        a: { type: 'stdio', command: 'run', args: ['x'], env: { A: '1' } },
        b: { type: 'http', url: 'http://b', headers: { Authorization: 'Bearer t' } },
        c: { type: 'sse', url: 'http://c' },
      },
    })
  })

  it('gives the instruction by stdin only, whatever is in it, and brings skills along', () => {
    const bed = newBed()
    const skills = join(bed.home, 'my skills')
    mkdirSync(join(skills, 'one'), { recursive: true })
    writeFileSync(join(skills, 'one', 'SKILL.md'), 'x')
    const instruction = `--help\n$(touch ${bed.home}/ran) 'quoted' "\\n" \`x\` é\n`
    expect(bed.run(recipe({}, { skillFolders: [skills], extraArgs: '--model x' }), instruction)).toBe(true)
    const { stdin, words, env } = bed.seen
    expect(stdin).toBe(instruction)
    expect(words.slice(-3)).toEqual(['--model', 'x', '--print'])
    expect(words.join('\n') + env).not.toContain('quoted')
    expect(readdirSync(bed.home)).not.toContain('ran')
    expect(bed.bash('ls -A /logs/agent/sessions/skills').output).toBe('one\n')
    expect(bed.bash('ls -A /logs/agent/sessions/projects').output).toBe('-app\n')
  })
})

function environment(
  env: HostEnv,
  more: Partial<Pick<Ask, 'model' | 'credential'>> = {},
): Readonly<Record<string, string>> {
  return claudeCodeAgent.environment({ env, settings: settings({}), model: null, credential: null, ...more })
}

function recipe(kwargs: Readonly<Record<string, unknown>>, more: Partial<Ask> = {}): RunRecipe {
  return claudeCodeAgent.run({ ...PLAIN_ASK, settings: settings(kwargs), ...more })
}

function settings(kwargs: Readonly<Record<string, unknown>>): Ask['settings'] {
  return parseSettings('claude-code', claudeCodeAgent.settings, kwargs)
}
