import { convertOpenhands } from '../../trajectory/convert/openhands.ts'
import { numberOf } from '../logs/fields.ts'
import { createOpenhandsParser } from '../logs/openhands.ts'
import type { InstalledAgent, InstallRecipe, RunAsk, RunRecipe } from './installed-agent.ts'
import { only, openhandsEnvironment } from './openhands/environment.ts'
import { refuseHeaders, toMcpConfig } from './openhands/mcp.ts'
import { SPECS } from './openhands/settings.ts'
import { PRIVATE_FOLDER } from './private-files.ts'

const VENV = '/opt/openhands-venv'
const LAUNCHER = 'tbcc-openhands'

/** OpenHands, as Harbor installs and runs it. */
export const openhandsAgent: InstalledAgent<typeof SPECS> = {
  name: 'openhands',
  summary: "OpenHands in the task's container, with any model that LiteLLM knows",
  model: 'optional',
  capabilities: ['mcp-servers'],
  settings: SPECS,
  install: installRecipe(),
  log: 'openhands.txt',
  environment: openhandsEnvironment,
  checkServers: refuseHeaders,
  run: toRecipe,
  maxTurns: ({ settings }) => settings.max_iterations ?? settings.max_turns,
  parser: createOpenhandsParser,
  convert: convertOpenhands,
}

function installRecipe(): InstallRecipe {
  const script = [
    'set -eo pipefail',
    'export PATH="$HOME/.local/bin:$PATH" SKIP_VSCODE_BUILD=true',
    // Since its version 1 the package brings a server, and no longer the program that runs a task by itself.
    'spec="openhands-ai<1"',
    'if [ -n "$VERSION" ]; then spec="openhands-ai==$VERSION"; fi',
    // Where only root may write, the agent's own home will do.
    `venv=${VENV}`,
    'if ! { mkdir -p "$venv" && test -w "$venv"; } 2>/dev/null; then venv="$HOME/.local/share/openhands-venv"; fi',
    'if command -v uv >/dev/null 2>&1 || curl -LsSf https://astral.sh/uv/install.sh | sh; then',
    '  uv python install 3.13',
    '  uv venv "$venv" --python 3.13',
    '  uv pip install --python "$venv/bin/python" "$spec"',
    'else',
    '  python3 -m venv "$venv"',
    '  "$venv/bin/pip" install --no-input --disable-pip-version-check "$spec"',
    'fi',
    // Its environment stays out of PATH: what the agent calls python is the task's.
    'mkdir -p "$HOME/.local/bin"',
    `printf '#!/bin/sh\nexec "%s/bin/python" -m openhands.core.main "$@"\n' "$venv" > "$HOME/.local/bin/${LAUNCHER}"`,
    `chmod +x "$HOME/.local/bin/${LAUNCHER}"`,
  ].join('\n')
  return {
    program: LAUNCHER,
    // Its libraries warn, and name versions of their own.
    versionCommand: `${LAUNCHER} --version 2>/dev/null`,
    packages: ['curl', 'git', 'build-tools', 'tmux'],
    vendor: { glibc: script, musl: script },
    registry: null,
    path: ['$HOME/.local/bin'],
  }
}

const LOGS = '/logs/agent'
const CONFIG_FILE = 'openhands.toml'

function toRecipe(ask: RunAsk<typeof SPECS>): RunRecipe {
  const { mcpServers, extraArgs } = ask
  const words = [
    // It works where it is started.
    `SANDBOX_VOLUMES="$PWD:/workspace:rw" USER="$(id -un)" ${LAUNCHER} --file="$TBCC_INSTRUCTION_FILE"`,
    ...(mcpServers.length === 0 ? [] : [`--config-file=${PRIVATE_FOLDER}/${CONFIG_FILE}`]),
    ...(extraArgs === null ? [] : [extraArgs]),
  ]
  return {
    env: { ...settingsEnvironment(ask), ...FIXED },
    privateFiles: mcpServers.length === 0 ? {} : { [CONFIG_FILE]: toMcpConfig(mcpServers) },
    command: words.join(' '),
    // The key of a server that nobody talks to is no log.
    cleanUp: `rm -f ${LOGS}/.jwt_secret`,
  }
}

function settingsEnvironment({ settings, maxTurns }: RunAsk<typeof SPECS>): Readonly<Record<string, string>> {
  const limits = settings.model_info ?? {}
  const limit = (key: string): number | null => numberOf(limits, key) || null
  return {
    LLM_NATIVE_TOOL_CALLING: String(settings.disable_tool_calls !== true),
    ...only({
      LLM_REASONING_EFFORT: settings.reasoning_effort,
      LLM_TEMPERATURE: settings.temperature,
      LLM_TOP_P: settings.top_p,
      LLM_CACHING_PROMPT: settings.caching_prompt,
      LLM_NUM_RETRIES: settings.num_retries,
      LLM_DROP_PARAMS: settings.drop_params,
      LLM_DISABLE_VISION: settings.disable_vision,
      LLM_MAX_INPUT_TOKENS: limit('max_input_tokens'),
      LLM_MAX_OUTPUT_TOKENS: limit('max_output_tokens'),
      MAX_ITERATIONS: maxTurns,
      MAX_BUDGET_PER_TASK: settings.max_budget_per_task,
    }),
  }
}

/** As Harbor sets it up; the last two make its log one that a program can read. */
const FIXED: Readonly<Record<string, string>> = {
  AGENT_ENABLE_PROMPT_EXTENSIONS: 'false',
  AGENT_ENABLE_BROWSING: 'false',
  ENABLE_BROWSER: 'false',
  SANDBOX_ENABLE_AUTO_LINT: 'true',
  SKIP_DEPENDENCY_CHECK: '1',
  RUN_AS_OPENHANDS: 'false',
  RUNTIME: 'local',
  SU_TO_USER: 'false',
  SAVE_TRAJECTORY_PATH: `${LOGS}/openhands.trajectory.json`,
  FILE_STORE: 'local',
  FILE_STORE_PATH: `${LOGS}/`,
  LLM_LOG_COMPLETIONS: 'true',
  LLM_LOG_COMPLETIONS_FOLDER: `${LOGS}/completions/`,
  LOG_JSON: 'true',
  LOG_ALL_EVENTS: 'true',
}
