import { convertCodex } from '../../trajectory/convert/codex.ts'
import { createCodexParser } from '../logs/codex.ts'
import { codexEnvironment, baseUrlOf } from './codex/access.ts'
import { toCodexConfig } from './codex/config.ts'
import { cleanUpScript, CODEX_HOME, commandLine, prepareScript } from './codex/scripts.ts'
import { CODEX_SETTINGS } from './codex/settings.ts'
import type { InstalledAgent, InstallRecipe } from './installed-agent.ts'

/** Codex starts with what nvm brought, where it brought something. */
const NVM = 'if [ -s ~/.nvm/nvm.sh ]; then . ~/.nvm/nvm.sh; fi'

/** OpenAI's Codex CLI: `codex exec`, flags and files as Harbor's. */
export const codexAgent: InstalledAgent<typeof CODEX_SETTINGS> = {
  name: 'codex',
  summary: 'OpenAI Codex CLI',
  model: 'needed',
  capabilities: ['mcp-servers', 'skills'],
  settings: CODEX_SETTINGS,
  install: installRecipe(),
  log: 'codex.txt',
  environment: codexEnvironment,
  credentialOwner: 'codex',
  run(ask) {
    const { env, settings, mcpServers, skillFolders, credential } = ask
    const config = toCodexConfig({ base: settings.config, baseUrl: baseUrlOf(env), mcpServers })
    return {
      env: { CODEX_HOME, ...(config === null ? {} : { TBCC_CODEX_CONFIG: config }) },
      prepare: prepareScript({ login: credential?.env ?? {}, hasConfig: config !== null, skillFolders }),
      command: `${NVM}\n${commandLine(ask)}`,
      cleanUp: cleanUpScript(),
    }
  },
  parser: createCodexParser,
  convert: convertCodex,
}

function installRecipe(): InstallRecipe {
  const npm = 'npm install -g "@openai/codex@${VERSION:-latest}"'
  return {
    program: 'codex',
    versionCommand: `${NVM}; codex --version`,
    packages: ['curl', 'bash', 'nodejs', 'npm', 'ripgrep'],
    vendor: {
      glibc: [
        'set -euo pipefail',
        'export NVM_NODEJS_ORG_MIRROR=https://nodejs.org/dist NVM_DIR="$HOME/.nvm"',
        'curl -fsSL https://raw.githubusercontent.com/nvm-sh/nvm/v0.40.2/install.sh | bash',
        // nvm's own script is not written for `set -eu`, and ends with an error where it has no default yet.
        'set +eu',
        '. "$NVM_DIR/nvm.sh"',
        'command -v nvm >/dev/null || { echo "nvm did not load" >&2; exit 1; }',
        `nvm install 22 && nvm alias default 22 && ${npm}`,
      ].join('\n'),
      musl: npm,
    },
    // A static binary: what npm puts on PATH is only a script of Node that starts it.
    registry: { kind: 'npm', name: '@openai/codex', runtime: 'none', runtimeVersion: null },
    path: [],
  }
}
