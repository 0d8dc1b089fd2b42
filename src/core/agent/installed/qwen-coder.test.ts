import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { PLAIN_ASK, serverOf, useRecipeBeds } from '../../../../test/support/run-recipe.ts'
import type { HostEnv } from '../../job/secrets.ts'
import type { RunAsk } from './installed-agent.ts'
import { parseModelName } from './model-name.ts'
import { qwenCoderAgent } from './qwen-coder.ts'
import { parseSettings } from './settings.ts'

type Ask = RunAsk<typeof qwenCoderAgent.settings>

const bed = useRecipeBeds('qwen')

function ask(kwargs: Readonly<Record<string, unknown>> = {}, more: Partial<Ask> = {}): Ask {
  const settings = parseSettings('qwen-coder', qwenCoderAgent.settings, kwargs)
  return { ...PLAIN_ASK, settings, ...more }
}

describe('variables', () => {
  const environment = (env: HostEnv, more: Partial<Ask> = {}, kwargs: Readonly<Record<string, unknown>> = {}) =>
    qwenCoderAgent.environment(ask(kwargs, { env, ...more }))

  test("are key, address and model, with Harbor's defaults", () => {
    expect(environment({ OPENAI_API_KEY: 'k' })).toEqual({
      OPENAI_API_KEY: 'k',
      OPENAI_BASE_URL: 'https://api.openai.com/v1',
      OPENAI_MODEL: 'qwen3-coder-plus',
    })
    const env = { OPENAI_API_KEY: 'k', OPENAI_BASE_URL: ' ', OPENAI_API_BASE: 'http://x', OPENAI_MODEL: 'own' }
    expect(environment(env)).toEqual({ OPENAI_API_KEY: 'k', OPENAI_BASE_URL: 'http://x', OPENAI_MODEL: 'own' })
    expect(environment(env, { model: parseModelName('qwen/a/b') }, { base_url: 'http://y' })).toMatchObject({
      OPENAI_BASE_URL: 'http://y',
      OPENAI_MODEL: 'a/b',
    })
  })

  test("are those of this host's login, which has an address of its own", () => {
    const credential = { env: { OPENAI_API_KEY: 't', OPENAI_BASE_URL: 'http://q' }, source: 'x', expiresAt: null }
    expect(environment({ OPENAI_API_KEY: 'k', OPENAI_BASE_URL: 'http://x' }, { credential })).toEqual({
      ...credential.env,
      OPENAI_MODEL: 'qwen3-coder-plus',
    })
  })

  test('without a key are refused', () => {
    expect(() => environment({})).toThrow('OPENAI_API_KEY is not set')
  })
})

describe('a run', () => {
  test('gets the instruction on its stdin only, and no key on its line', () => {
    const here = bed()
    here.write('my skills/one/SKILL.md', 'x')
    const folder = join(here.home, '..', 'my skills')
    const instruction = `--help\n$(touch "$OUT/ran") 'quoted' "\\n" é\n`
    const recipe = qwenCoderAgent.run(ask({}, { skillFolders: [folder, '/none'], extraArgs: '--debug', maxTurns: 7 }))
    expect(here.run(recipe, instruction)).toBe(true)
    expect(here.seen.stdin).toBe(instruction)
    expect(here.seen.words.join(' ')).toBe(
      '--yolo --auth-type openai --chat-recording --output-format stream-json --max-session-turns 7 --debug',
    )
    expect(here.seen.env).not.toContain('quoted')
    expect(here.read('home/.qwen/skills/one/SKILL.md')).toBe('x')
    // What the image brings along stays.
    expect(recipe.privateFiles).toEqual({})
    expect(() => here.read('home/.qwen/settings.json')).toThrow('ENOENT')
  })

  test('has servers and what the user lays over its settings', () => {
    const here = bed()
    here.write('home/.qwen/settings.json', 'the image has one that all may read')
    const server = serverOf({ name: 'b', transport: 'sse', url: 'http://b', headers: { 'X-Key': 'k' } })
    const recipe = qwenCoderAgent.run(ask({ settings: { model: { x: 1 } } }, { mcpServers: [server] }))
    expect(here.run(recipe, 'go')).toBe(true)
    expect(JSON.parse(here.read('home/.qwen/settings.json'))).toEqual({
      mcpServers: { b: { url: 'http://b', headers: { 'X-Key': 'k' } } },
      model: { x: 1 },
    })
    expect(here.bash('stat -c %a ~/.qwen/settings.json').output).toBe('600\n')
    here.bash(recipe.cleanUp ?? '')
    expect(() => here.read('home/.qwen/settings.json')).toThrow('ENOENT')
  })

  test('leaves its sessions in the logs, and nothing where there are none', () => {
    const { cleanUp = 'exit 9' } = qwenCoderAgent.run(ask())
    const here = bed()
    expect(here.bash(cleanUp)).toEqual({ status: 0, output: '' })
    here.write('home/.qwen/projects/-app/chats/s.jsonl', 'x')
    expect(here.bash(cleanUp)).toEqual({ status: 0, output: '' })
    expect(here.read('logs/agent/qwen-sessions/-app/chats/s.jsonl')).toBe('x')
  })
})
