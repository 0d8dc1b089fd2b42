import { AppError } from '../../../contract/errors.ts'
import { createAiderParser } from '../logs/aider.ts'
import { quote } from '../shell.ts'
import type { EnvironmentAsk, InstalledAgent, RunAsk, RunRecipe } from './installed-agent.ts'
import { providerAccess, requireKey } from './providers.ts'
import type { SettingSpecs } from './settings.ts'

/** Harbor's settings under Harbor's names. */
const SPECS = {
  reasoning_effort: { kind: 'text', summary: 'how hard the model thinks, in the words of its provider' },
  thinking_tokens: { kind: 'integer', min: 0, summary: 'tokens for thinking' },
  cache_prompts: { kind: 'flag', summary: 'prompts are cached' },
  auto_lint: { kind: 'flag', summary: 'lints after edits' },
  auto_test: { kind: 'flag', summary: 'tests after edits' },
  test_cmd: { kind: 'text', summary: 'how it tests' },
  stream: { kind: 'flag', summary: 'answers are printed while they come' },
  map_tokens: { kind: 'integer', min: 0, summary: 'tokens for its map of the repository' },
} as const satisfies SettingSpecs

/** aider, as Harbor installs and runs it: one request, and what it edits for it. */
export const aiderAgent: InstalledAgent<typeof SPECS> = {
  name: 'aider',
  summary: "aider in the task's container, with a model of Anthropic or OpenAI",
  model: 'needed',
  capabilities: [],
  settings: SPECS,
  install: {
    program: 'aider',
    versionCommand: 'aider --version',
    packages: ['curl'],
    vendor: { glibc: installer(), musl: installer() },
    registry: { kind: 'pypi', name: 'aider-chat', runtime: 'python', runtimeVersion: '3.10' },
    path: ['$HOME/.local/bin'],
  },
  log: 'aider.txt',
  environment: toEnvironment,
  run: toRecipe,
  parser: createAiderParser,
}

/** The vendor's script brings the newest; a wanted version comes by the tool that the script brings. */
function installer(): string {
  return [
    'set -eo pipefail',
    'export PATH="$HOME/.local/bin:$PATH"',
    'curl -LsSf https://aider.chat/install.sh | sh',
    'if [ -n "$VERSION" ]; then uv tool install --force --python 3.12 "aider-chat==$VERSION"; fi',
  ].join('\n')
}

const PROVIDERS: readonly string[] = ['anthropic', 'openai']

function toEnvironment({ env, model }: EnvironmentAsk<typeof SPECS>): Readonly<Record<string, string>> {
  const access = providerAccess(model?.provider ?? '', env)
  if (model === null || model.name === '' || !PROVIDERS.includes(access.provider)) {
    throw new AppError('invalid-input', 'agent aider needs a model of a provider that it knows', {
      details: { hint: `name it as provider/name; providers: ${PROVIDERS.join(', ')}` },
    })
  }
  requireKey('aider', access)
  const { keyName, env: given } = access
  const others = Object.entries(given).filter(([name]) => !name.endsWith('_API_KEY'))
  const key = keyName === null ? '' : (given[keyName] ?? '')
  return { ...Object.fromEntries(others), AIDER_API_KEY: `${access.provider}=${key}` }
}

function toRecipe({ settings, model, extraArgs }: RunAsk<typeof SPECS>): RunRecipe {
  const values: readonly (readonly [string, string | number | null])[] = [
    ['--reasoning-effort', settings.reasoning_effort],
    ['--thinking-tokens', settings.thinking_tokens],
  ]
  const words = [
    'aider --yes --chat-history-file=/logs/agent/aider.chat.history.md',
    ...values.flatMap(toFlag),
    ...toSwitch('--cache-prompts', settings.cache_prompts),
    ...toSwitch('--auto-lint', settings.auto_lint),
    ...toSwitch('--auto-test', settings.auto_test),
    ...toFlag(['--test-cmd', settings.test_cmd]),
    ...toSwitch('--stream', settings.stream),
    ...toFlag(['--map-tokens', settings.map_tokens]),
    ...(extraArgs === null ? [] : [extraArgs]),
    `--model=${quote(model?.name ?? '')}`,
    '--message-file="$TBCC_INSTRUCTION_FILE"',
  ]
  return { command: words.join(' ') }
}

function toFlag([flag, value]: readonly [string, string | number | null]): readonly string[] {
  return value === null ? [] : [`${flag} ${quote(String(value))}`]
}

/** What is off by the user's word must be said: some of them are on by default. */
function toSwitch(flag: string, value: boolean | null): readonly string[] {
  if (value === null) return []
  return [value ? flag : `--no-${flag.slice(2)}`]
}
