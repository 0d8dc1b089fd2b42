import { convertQwenCoder } from '../../trajectory/convert/qwen-coder.ts'
import { createQwenCoderParser } from '../logs/qwen-coder.ts'
import { quote } from '../shell.ts'
import { toMcpServers } from './gemini-cli/settings-file.ts'
import type { InstalledAgent, InstallRecipe, RunAsk, RunRecipe } from './installed-agent.ts'
import { mergeSettings } from './merge-settings.ts'
import { NVM_LOAD, nvmInstaller } from './nvm.ts'
import { copyPrivately } from './private-files.ts'
import { qwenEnvironment } from './qwen-coder/access.ts'
import { SPECS } from './qwen-coder/settings.ts'

/** Qwen Code, as Harbor installs and runs it. */
export const qwenCoderAgent: InstalledAgent<typeof SPECS> = {
  name: 'qwen-coder',
  summary: "Qwen Code in the task's container, with any model that speaks OpenAI's chat completions",
  model: 'optional',
  capabilities: ['mcp-servers', 'skills'],
  settings: SPECS,
  install: installRecipe(),
  log: 'qwen-code.txt',
  environment: qwenEnvironment,
  credentialOwner: 'qwen-coder',
  reference: { of: (variable) => `\${${variable}}` },
  run: toRecipe,
  parser: createQwenCoderParser,
  convert: convertQwenCoder,
}

function installRecipe(): InstallRecipe {
  const name = '@qwen-code/qwen-code'
  return {
    program: 'qwen',
    versionCommand: `${NVM_LOAD}; qwen --version`,
    packages: ['curl', 'bash', 'nodejs', 'npm'],
    vendor: { glibc: nvmInstaller({ program: 'qwen', spec: `"${name}@\${VERSION:-latest}"` }), musl: null },
    registry: { kind: 'npm', name, runtime: 'node', runtimeVersion: '22' },
    path: ['$HOME/.local/bin'],
  }
}

const SETTINGS_FILE = 'qwen-settings.json'
const SETTINGS = '~/.qwen/settings.json'
const SESSIONS = '/logs/agent/qwen-sessions'

function toRecipe({ settings: own, mcpServers, skillFolders, maxTurns, extraArgs }: RunAsk<typeof SPECS>): RunRecipe {
  const servers = mcpServers.length === 0 ? {} : { mcpServers: toMcpServers(mcpServers) }
  const settings = mergeSettings(servers, own.settings ?? {})
  const hasSettings = Object.keys(settings).length > 0
  const words = [
    // Key and address, which Harbor puts on the line too, are taken from their variables just as well.
    'qwen --yolo --auth-type openai --chat-recording',
    // Harbor has plain text there. The run is the same, only what is printed of it differs.
    '--output-format stream-json',
    ...(maxTurns === null ? [] : [`--max-session-turns ${maxTurns}`]),
    ...(extraArgs === null ? [] : [extraArgs]),
    // The model gets it with two line ends more than from the command line, and nothing else differs.
    '< "$TBCC_INSTRUCTION_FILE"',
  ]
  return {
    // As in Harbor, not without need: the image may bring a configuration.
    privateFiles: hasSettings ? { [SETTINGS_FILE]: JSON.stringify(settings, null, 2) } : {},
    prepare: prepareScript(hasSettings, skillFolders),
    command: `${NVM_LOAD}\n${words.join(' ')}`,
    cleanUp: [
      ...(hasSettings ? [`rm -f ${SETTINGS}`] : []),
      `if [ -d ~/.qwen/projects ]; then mkdir -p ${SESSIONS} && cp -R ~/.qwen/projects/. ${SESSIONS}/; fi`,
    ].join('\n'),
  }
}

function prepareScript(hasSettings: boolean, skillFolders: readonly string[]): string {
  return [
    'set -e',
    // The CLI writes its settings anew, and then for all to read.
    '(umask 077 && mkdir -p ~/.qwen)',
    ...(hasSettings ? copyPrivately(SETTINGS_FILE, SETTINGS) : []),
    ...skillFolders.flatMap((folder) => [
      'mkdir -p ~/.qwen/skills',
      `cp -r ${quote(folder)}/* ~/.qwen/skills/ 2>/dev/null || true`,
    ]),
  ].join('\n')
}
