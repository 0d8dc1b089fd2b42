import { convertGoose } from '../../trajectory/convert/goose.ts'
import { createGooseParser } from '../logs/goose.ts'
import { quote } from '../shell.ts'
import { gooseEnvironment } from './goose/environment.ts'
import { RECIPE_FILE, RECIPE_HEAD, toConfig, toRecipeHead, writeRecipe } from './goose/recipe.ts'
import { SPECS } from './goose/settings.ts'
import type { InstalledAgent, RunAsk, RunRecipe } from './installed-agent.ts'

/** goose, as Harbor installs and runs it. */
export const gooseAgent: InstalledAgent<typeof SPECS> = {
  name: 'goose',
  summary: "goose in the task's container",
  model: 'needed',
  capabilities: ['mcp-servers', 'skills'],
  settings: SPECS,
  install: {
    program: 'goose',
    versionCommand: 'goose --version',
    packages: ['curl', 'bzip2', 'libxcb', 'libgomp'],
    vendor: { glibc: installer(), musl: installer() },
    registry: null,
    path: ['$HOME/.local/bin'],
  },
  log: 'goose.txt',
  environment: gooseEnvironment,
  run: toRecipe,
  parser: createGooseParser,
  convert: convertGoose,
  // What its library for models calls an error; the shared patterns know the words of others.
  errorPatterns: [
    { pattern: 'Server ?Error(?:: |\\()', type: 'ApiInternalServerError' },
    { pattern: 'Network ?Error(?:: |\\()', type: 'NetworkConnectionError' },
    { pattern: 'Authentication(?: error: |\\()', type: 'AgentAuthenticationError' },
  ],
}

function installer(): string {
  return [
    'set -eo pipefail',
    'tag="${VERSION:-stable}"',
    'case "$tag" in [0-9]*) tag="v$tag" ;; esac',
    'export GOOSE_DISABLE_KEYRING=true CONFIGURE=false',
    'curl -fsSL "https://github.com/block/goose/releases/download/$tag/download_cli.sh" | bash',
  ].join('\n')
}

const STATE_FOLDER = '/logs/agent/goose/xdg-state'

/** It prints nothing of its troubles with the model: that it tries again stands in its log only. */
function readsOwnLog(): string {
  const troubles = '"level":"(WARN|ERROR)"'
  return `echo; cat ${STATE_FOLDER}/goose/logs/cli/*/*.log 2>/dev/null | grep -E '${troubles}' | tail -n 50; true`
}

const CONFIG_FILE = '/installed-agent/goose-config.yaml'

function toRecipe({ mcpServers, skillFolders, maxTurns, extraArgs }: RunAsk<typeof SPECS>): RunRecipe {
  const words = [
    `goose run --recipe ${RECIPE_FILE} --output-format stream-json`,
    ...(maxTurns === null ? [] : [`--max-turns ${maxTurns}`]),
    ...(extraArgs === null ? [] : [extraArgs]),
  ]
  return {
    env: {
      // There is nothing in a container that would keep a secret.
      GOOSE_DISABLE_KEYRING: 'true',
      XDG_DATA_HOME: '/logs/agent/goose/xdg-data',
      XDG_STATE_HOME: STATE_FOLDER,
    },
    files: [{ path: CONFIG_FILE, mode: 0o644, content: toConfig() }],
    privateFiles: { [RECIPE_HEAD]: toRecipeHead(mcpServers) },
    prepare: [
      'set -e',
      'mkdir -p ~/.config/goose/skills',
      `cat ${CONFIG_FILE} > ~/.config/goose/config.yaml`,
      ...skillFolders.map((folder) => `cp -r ${quote(folder)}/* ~/.config/goose/skills/ 2>/dev/null || true`),
      writeRecipe(),
    ].join('\n'),
    command: words.join(' '),
    ownLog: readsOwnLog(),
  }
}
