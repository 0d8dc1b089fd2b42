import { convertGeminiCli } from '../../trajectory/convert/gemini-cli.ts'
import { createGeminiCliParser } from '../logs/gemini-cli.ts'
import { quote } from '../shell.ts'
import { geminiEnvironment } from './gemini-cli/access.ts'
import { cleanUpScript, prepareScript, SETTINGS_FILE } from './gemini-cli/scripts.ts'
import { runModel, toSettings } from './gemini-cli/settings-file.ts'
import { SPECS } from './gemini-cli/settings.ts'
import type { InstalledAgent, InstallRecipe, RunAsk, RunRecipe } from './installed-agent.ts'
import { NVM_LOAD, nvmInstaller } from './nvm.ts'

/** Google's Gemini CLI, as Harbor installs and runs it. */
export const geminiCliAgent: InstalledAgent<typeof SPECS> = {
  name: 'gemini-cli',
  summary: "Google's Gemini CLI in the task's container",
  model: 'needed',
  capabilities: ['mcp-servers', 'skills'],
  settings: SPECS,
  install: installRecipe(),
  log: 'gemini-cli.txt',
  environment: geminiEnvironment,
  credentialOwner: 'gemini-cli',
  reference: { of: (variable) => `\${${variable}}` },
  run: toRecipe,
  parser: createGeminiCliParser,
  convert: convertGeminiCli,
  // Google's words for any 429, with a quota or without one.
  errorPatterns: [{ pattern: 'Resource has been exhausted \\(e\\.g\\. check quota\\)', type: 'ApiRateLimitError' }],
}

function installRecipe(): InstallRecipe {
  const name = '@google/gemini-cli'
  return {
    program: 'gemini',
    versionCommand: `${NVM_LOAD}; gemini --version`,
    packages: ['curl', 'bash', 'nodejs', 'npm'],
    vendor: { glibc: nvmInstaller({ program: 'gemini', spec: `"${name}@\${VERSION:-latest}"` }), musl: null },
    registry: { kind: 'npm', name, runtime: 'node', runtimeVersion: '20' },
    path: ['$HOME/.local/bin'],
  }
}

function toRecipe(ask: RunAsk<typeof SPECS>): RunRecipe {
  const { settings, extraArgs, skillFolders } = ask
  const words = [
    'gemini --yolo',
    ...(settings.sandbox === true ? ['--sandbox'] : []),
    `--model=${quote(runModel(ask))}`,
    // Harbor has plain text there. The run is the same, request by request: only what is printed of it differs.
    '--output-format stream-json',
    ...(extraArgs === null ? [] : [extraArgs]),
    // A prompt that comes this way reaches the model as one of the command line does, to the byte.
    '< "$TBCC_INSTRUCTION_FILE"',
  ]
  return {
    // In a folder that nobody trusts --yolo counts for nothing.
    env: { GEMINI_CLI_TRUST_WORKSPACE: 'true' },
    privateFiles: { [SETTINGS_FILE]: JSON.stringify(toSettings(ask), null, 2) },
    prepare: prepareScript(skillFolders),
    command: `${NVM_LOAD}\n${words.join(' ')}`,
    cleanUp: cleanUpScript(),
  }
}
