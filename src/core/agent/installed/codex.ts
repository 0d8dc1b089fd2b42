import { convertCodex } from '../../trajectory/convert/codex.ts'
import { createCodexParser } from '../logs/codex.ts'
import { codexEnvironment, baseUrlOf } from './codex/access.ts'
import { headerVariables, toCodexConfig } from './codex/config.ts'
import { cleanUpScript, CODEX_HOME, commandLine, prepareScript } from './codex/scripts.ts'
import { CODEX_SETTINGS } from './codex/settings.ts'
import type { InstalledAgent, InstallRecipe } from './installed-agent.ts'
import { NVM_LOAD, npmInstaller, nvmInstaller } from './nvm.ts'

/** OpenAI's Codex CLI: `codex exec`, flags and files as Harbor's. */
export const codexAgent: InstalledAgent<typeof CODEX_SETTINGS> = {
  name: 'codex',
  summary: "OpenAI's Codex CLI in the task's container",
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
      env: { CODEX_HOME, ...(config === null ? {} : { TBCC_CODEX_CONFIG: config }), ...headerVariables(mcpServers) },
      prepare: prepareScript({ login: credential?.env ?? {}, hasConfig: config !== null, skillFolders }),
      command: `${NVM_LOAD}\n${commandLine(ask)}`,
      cleanUp: cleanUpScript(),
    }
  },
  parser: createCodexParser,
  convert: convertCodex,
  // Its words for an answer with status 500, which do not say so.
  errorPatterns: [{ pattern: 'currently experiencing high demand', type: 'ApiInternalServerError' }],
}

function installRecipe(): InstallRecipe {
  const name = '@openai/codex'
  const spec = `"${name}@\${VERSION:-latest}"`
  const before = ['export NVM_NODEJS_ORG_MIRROR=https://nodejs.org/dist']
  return {
    program: 'codex',
    versionCommand: `${NVM_LOAD}; codex --version`,
    packages: ['curl', 'bash', 'nodejs', 'npm', 'ripgrep'],
    vendor: { glibc: nvmInstaller({ program: 'codex', spec, before }), musl: npmInstaller({ spec }) },
    // A static binary: what npm puts on PATH is only a script of Node that starts it.
    registry: { kind: 'npm', name, runtime: 'none', runtimeVersion: null },
    path: ['$HOME/.local/bin'],
  }
}
