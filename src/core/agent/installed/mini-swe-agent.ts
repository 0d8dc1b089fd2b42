import { AppError } from '../../../contract/errors.ts'
import { convertMiniSweAgent } from '../../trajectory/convert/mini-swe-agent.ts'
import { createMiniSweAgentParser } from '../logs/mini-swe-agent.ts'
import { quote } from '../shell.ts'
import type { EnvironmentAsk, InstalledAgent, RunAsk, RunRecipe } from './installed-agent.ts'
import { CONFIG_FILE, configWords, REGISTRY_FILE } from './mini-swe-agent/flags.ts'
import { SPECS } from './mini-swe-agent/settings.ts'
import { TASK_FILE, writeTaskFile } from './mini-swe-agent/task-file.ts'
import { providerAccess, requireKey } from './providers.ts'

/** What LiteLLM needs and does not bring: without `mcp` no call with tools gets through. */
const BESIDE = ['litellm', 'orjson', 'fastapi', 'mcp']

/** mini-swe-agent, as Harbor installs and runs it. */
export const miniSweAgent: InstalledAgent<typeof SPECS> = {
  name: 'mini-swe-agent',
  summary: "mini-swe-agent in the task's container, with any model that LiteLLM knows",
  model: 'needed',
  capabilities: ['mcp-servers'],
  settings: SPECS,
  install: {
    program: 'mini-swe-agent',
    versionCommand: 'help=$(mini-swe-agent --help 2>&1) || exit; printf "%s\\n" "$help" | sed -n 1p',
    packages: ['curl', 'bash', 'build-tools', 'git'],
    vendor: { glibc: uvInstaller(), musl: uvInstaller() },
    registry: { kind: 'pypi', name: 'mini-swe-agent', runtime: 'python', runtimeVersion: '3.10', beside: BESIDE },
    path: ['$HOME/.local/bin'],
  },
  log: 'mini-swe-agent.txt',
  environment: toEnvironment,
  // The model reads of its servers: only names of variables, which its shell has.
  reference: { of: (variable) => `\${${variable}}` },
  run: toRecipe,
  parser: createMiniSweAgentParser,
  convert: convertMiniSweAgent,
}

function uvInstaller(): string {
  return [
    'set -eo pipefail',
    'export PATH="$HOME/.local/bin:$PATH"',
    'command -v uv >/dev/null 2>&1 || curl -LsSf https://astral.sh/uv/install.sh | sh',
    // Not the Python of the image: the task's is none of its business.
    'uv python install 3.12',
    `uv tool install --python 3.12 "mini-swe-agent\${VERSION:+==$VERSION}"${BESIDE.map((name) => ` --with ${name}`).join('')}`,
  ].join('\n')
}

function toEnvironment({ env, model }: EnvironmentAsk<typeof SPECS>): Readonly<Record<string, string>> {
  if (model === null || model.provider === null || model.provider === '' || model.name === '') {
    throw new AppError('invalid-input', 'agent mini-swe-agent needs a model with its provider', {
      details: { hint: 'name it as provider/name: -m anthropic/…' },
    })
  }
  const access = providerAccess(model.provider, env)
  const key = textIn(env, 'MSWEA_API_KEY')
  if (key === null) requireKey('mini-swe-agent', access)
  const url = textIn(env, 'OPENAI_BASE_URL') ?? textIn(env, 'OPENAI_API_BASE')
  return {
    ...access.env,
    ...(key === null ? {} : { MSWEA_API_KEY: key }),
    // Its libraries look for the one or the other.
    ...(url === null ? {} : { OPENAI_BASE_URL: url, OPENAI_API_BASE: url }),
  }
}

function textIn(env: EnvironmentAsk<typeof SPECS>['env'], name: string): string | null {
  const value = env[name]
  return value === undefined || value.trim() === '' ? null : value
}

function toRecipe(ask: RunAsk<typeof SPECS>): RunRecipe {
  const { model, settings, mcpServers, extraArgs } = ask
  const words = [
    `mini-swe-agent --yolo --model=${quote(model?.full ?? '')}`,
    '--output=/logs/agent/mini-swe-agent.trajectory.json',
    `--cost-limit ${settings.cost_limit ?? 0}`,
    ...configWords(ask),
    `-c ${TASK_FILE}`,
    ...(extraArgs === null ? [] : [extraArgs]),
    '--exit-immediately',
  ]
  return {
    // No questions at the first start; a model without a known price is no error.
    env: { MSWEA_CONFIGURED: 'true', MSWEA_COST_TRACKING: 'ignore_errors' },
    privateFiles: only({ [CONFIG_FILE]: settings.config, [REGISTRY_FILE]: settings.litellm_model_registry }),
    prepare: writeTaskFile(mcpServers),
    command: words.join(' '),
    cleanUp: `rm -f ${TASK_FILE}`,
  }
}

function only(files: Readonly<Record<string, string | null>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(files).flatMap(([name, text]) => (text === null ? [] : [[name, text]])))
}
