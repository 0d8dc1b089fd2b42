import { AppError } from '../../../contract/errors.ts'
import { convertOpencode } from '../../trajectory/convert/opencode.ts'
import { createOpencodeParser } from '../logs/opencode.ts'
import { quote } from '../shell.ts'
import type { EnvironmentAsk, InstalledAgent, InstallRecipe, RunAsk, RunRecipe } from './installed-agent.ts'
import { npmInstaller, NVM_LOAD, nvmInstaller } from './nvm.ts'
import { toOpencodeConfig } from './opencode/config.ts'
import { SPECS } from './opencode/settings.ts'
import { SUBAGENTS_QUERY } from './opencode/subagents.ts'
import { copyPrivately } from './private-files.ts'
import { providerAccess, requireKey } from './providers.ts'

/** opencode, as Harbor installs and runs it. */
export const opencodeAgent: InstalledAgent<typeof SPECS> = {
  name: 'opencode',
  summary: "opencode in the task's container, with any provider's model",
  model: 'needed',
  capabilities: ['mcp-servers', 'skills'],
  settings: SPECS,
  install: installRecipe(),
  log: 'opencode.txt',
  environment: toEnvironment,
  // What it puts in place of one goes into the text of the file as it stands.
  reference: { of: (variable) => `{env:${variable}}`, value: (text) => JSON.stringify(text).slice(1, -1) },
  run: toRecipe,
  parser: createOpencodeParser,
  convert: convertOpencode,
  errorPatterns: [
    { pattern: 'ProviderModelNotFoundError', type: 'ModelNotFoundError' },
    { pattern: 'ProviderAuthError', type: 'AgentAuthenticationError' },
    { pattern: 'ContextOverflowError', type: 'ContextWindowExceededError' },
    { pattern: 'MessageOutputLengthError', type: 'OutputTokenExceededError' },
  ],
}

function installRecipe(): InstallRecipe {
  const npm = { spec: '"opencode-ai@${VERSION:-latest}"', program: 'opencode' }
  return {
    program: 'opencode',
    versionCommand: 'opencode --version',
    packages: ['curl', 'bash', 'coreutils', 'nodejs', 'npm'],
    vendor: { glibc: nvmInstaller(npm), musl: npmInstaller(npm) },
    // A binary of its own; only its installation wants Node.
    registry: { kind: 'npm', name: 'opencode-ai', runtime: 'none', runtimeVersion: null },
    path: ['$HOME/.local/bin'],
  }
}

function toEnvironment({ env, model, settings }: EnvironmentAsk<typeof SPECS>): Readonly<Record<string, string>> {
  const access = providerAccess(providerOf(model), env)
  // A configuration of one's own may name a key of its own.
  if (settings.opencode_config === null) requireKey('opencode', access)
  return access.env
}

function providerOf(model: EnvironmentAsk<typeof SPECS>['model']): string {
  if (model !== null && model.provider !== null && model.provider !== '' && model.name !== '') return model.provider
  throw new AppError('invalid-input', 'agent opencode needs a model with its provider', {
    details: { hint: 'name it as provider/name: -m anthropic/…' },
  })
}

/** What it keeps of its sessions is a database, in which nothing can be made unreadable: it stays out of the logs. */
const DATA_FOLDER = '/tmp/tbcc-opencode'
const LOGS = '/logs/agent/opencode'
const CONFIG_FILE = 'opencode.json'
const CONFIG = '~/.config/opencode/opencode.json'
/** The CLI's own words go to the same place as its events. */
const OWN_LOG = '--print-logs --log-level=ERROR'

function toRecipe(ask: RunAsk<typeof SPECS>): RunRecipe {
  const { model, settings, extraArgs } = ask
  const words = [
    `opencode --model=${quote(model?.full ?? '')} run --format=json`,
    ...(settings.variant === null ? [] : [`--variant ${quote(settings.variant)}`]),
    // Thoughts are among the events then, no more.
    '--thinking',
    '--dangerously-skip-permissions',
    OWN_LOG,
    ...(extraArgs === null ? [] : [extraArgs]),
    // Beside it nothing is on the command line: what stands there is put into quotes, and so is not what was asked.
    '< "$TBCC_INSTRUCTION_FILE"',
  ]
  return {
    env: {
      OPENCODE_FAKE_VCS: 'git',
      XDG_DATA_HOME: `${DATA_FOLDER}/data`,
      XDG_STATE_HOME: `${DATA_FOLDER}/state`,
      OPENCODE_DISABLE_AUTOUPDATE: '1',
    },
    privateFiles: { [CONFIG_FILE]: JSON.stringify(toOpencodeConfig(ask), null, 2) },
    prepare: toPreparation(ask),
    command: `${NVM_LOAD}\n${words.join(' ')}`,
    cleanUp: toCleanUp(),
  }
}

function toPreparation({ skillFolders }: RunAsk<typeof SPECS>): string {
  return [
    'set -e',
    `rm -rf ${DATA_FOLDER}`,
    `(umask 077 && mkdir ${DATA_FOLDER})`,
    `mkdir -p ~/.config/opencode ${LOGS}`,
    ...copyPrivately(CONFIG_FILE, CONFIG),
    ...skillFolders.flatMap((folder) => [
      'mkdir -p ~/.config/opencode/skills',
      `cp -r ${quote(folder)}/* ~/.config/opencode/skills/ 2>/dev/null || true`,
    ]),
  ].join('\n')
}

/** Its log, and of what subagents did, which is in its database only, lines of JSON where there were any. */
function toCleanUp(): string {
  return [
    NVM_LOAD,
    `cp ${DATA_FOLDER}/data/opencode/log/* ${LOGS}/ 2>/dev/null`,
    `if grep -q '"tool":"task"' ${DATA_FOLDER}/data/opencode/*.db* 2>/dev/null; then`,
    `  opencode db --format tsv ${quote(SUBAGENTS_QUERY)} > ${LOGS}/subagents.jsonl 2>/dev/null </dev/null`,
    'fi',
    `rm -rf ${DATA_FOLDER} ${CONFIG}`,
  ].join('\n')
}
