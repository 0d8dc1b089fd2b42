import { AppError } from '../../../contract/errors.ts'
import { convertPi } from '../../trajectory/convert/pi.ts'
import { createPiParser } from '../logs/pi.ts'
import { quote } from '../shell.ts'
import type {
  Installation,
  InstallationAsk,
  InstalledAgent,
  InstallRecipe,
  RunAsk,
  RunRecipe,
} from './installed-agent.ts'
import { NVM_LOAD, nvmInstaller } from './nvm.ts'
import { piAccess, piEnvironment, toEndpoint } from './pi/access.ts'
import { OWN_PROVIDER, toModels, toServers, toTurnLimit } from './pi/documents.ts'
import { SPECS } from './pi/settings.ts'
import { PRIVATE_FOLDER } from './private-files.ts'

/** pi, as Harbor installs and runs it. */
export const piAgent: InstalledAgent<typeof SPECS> = {
  name: 'pi',
  summary: "pi in the task's container, with any provider's model",
  model: 'needed',
  capabilities: ['mcp-servers', 'skills'],
  settings: SPECS,
  install: installRecipe(),
  log: 'pi.txt',
  installation: toInstallation,
  environment: piEnvironment,
  run: toRecipe,
  parser: createPiParser,
  convert: convertPi,
}

function installRecipe(): InstallRecipe {
  const name = '@earendil-works/pi-coding-agent'
  return {
    program: 'pi',
    versionCommand: `${NVM_LOAD}; pi --version`,
    packages: ['curl', 'bash', 'nodejs', 'npm'],
    vendor: {
      glibc: nvmInstaller({
        program: 'pi',
        spec: '"$package@${VERSION:-latest}"',
        flags: '--ignore-scripts',
        // Up to 0.73 it had another name.
        before: [
          `package=${name}`,
          'case "$VERSION" in 0.[0-9].* | 0.[0-6][0-9].* | 0.7[0-3].*) package=@mariozechner/pi-coding-agent ;; esac',
        ],
      }),
      musl: null,
    },
    registry: { kind: 'npm', name, runtime: 'node', runtimeVersion: '22.19.0' },
    path: ['$HOME/.local/bin'],
  }
}

const SESSIONS = '/logs/agent/pi/sessions'
/** pi's folder in place of `~/.pi/agent` where this run has a configuration of its own. */
const CONFIG = '/tmp/tbcc-pi'
const TURN_LIMIT = '/installed-agent/pi/max-turns.mjs'
const ADAPTER = '/tmp/tbcc-pi-mcp'

function toRecipe(ask: RunAsk<typeof SPECS>): RunRecipe {
  const { maxTurns } = ask
  return {
    env: { PI_TELEMETRY: '0', ...(hasOwnConfig(ask) ? { PI_CODING_AGENT_DIR: CONFIG } : {}) },
    files: maxTurns === null ? [] : [{ path: TURN_LIMIT, mode: 0o644, content: toTurnLimit(maxTurns) }],
    privateFiles: toPrivateFiles(ask),
    prepare: toPreparation(ask),
    command: [NVM_LOAD, KEEP_EVENTS, `${commandLine(ask)} 2>&1 | keep_events`, 'exit "${PIPESTATUS[0]}"'].join('\n'),
    cleanUp: `rm -rf ${CONFIG} ${ADAPTER}`,
  }
}

/** As in Harbor, not without need: the image may bring a configuration. */
function hasOwnConfig(ask: RunAsk<typeof SPECS>): boolean {
  return ask.mcpServers.length > 0 || toEndpoint(ask) !== null
}

function toPrivateFiles(ask: RunAsk<typeof SPECS>): Readonly<Record<string, string>> {
  const { model, mcpServers } = ask
  const endpoint = toEndpoint(ask)
  const thinking = thinkingOf(ask)
  const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`
  return {
    ...(endpoint === null ? {} : { 'models.json': json(toModels({ endpoint, model: model?.name ?? '', thinking })) }),
    ...(mcpServers.length === 0 ? {} : { 'mcp.json': json(toServers(mcpServers)) }),
  }
}

function toPreparation(ask: RunAsk<typeof SPECS>): string {
  const { skillFolders } = ask
  return [
    'set -e',
    `mkdir -p ${SESSIONS}`,
    ...(hasOwnConfig(ask)
      ? [`rm -rf ${CONFIG}`, `(umask 077 && mkdir ${CONFIG})`, `cp ${PRIVATE_FOLDER}/*.json ${CONFIG}/`]
      : []),
    ...skillFolders.flatMap((folder) => [
      'mkdir -p ~/.agents/skills',
      `cp -r ${quote(folder)}/* ~/.agents/skills/ 2>/dev/null || true`,
    ]),
  ].join('\n')
}

const ADAPTED_VERSION = '0.85.1'

/** pi speaks to servers through an extension, which fits few of its versions; all of it as Harbor's. */
function toInstallation({ mcpServers, version }: InstallationAsk): Installation {
  if (mcpServers.length === 0) return { version, beside: null }
  if (version !== null && !/^v?0\.(?:84\.[1-9]\d*|85\.\d+)$/.test(version)) {
    throw new AppError(
      'invalid-input',
      `agent pi ${version} knows no tool servers: its adapter needs pi 0.84.1 to 0.85`,
      {
        details: { hint: `--ak version=${ADAPTED_VERSION}, or leave the version out` },
      },
    )
  }
  return { version: version ?? ADAPTED_VERSION, beside: toAdapter() }
}

function toAdapter(): string {
  return [
    NVM_LOAD,
    'command -v npm >/dev/null || { echo "npm brings its adapter for tool servers, and is not in the container" >&2; exit 1; }',
    `rm -rf ${ADAPTER}`,
    `npm install --prefix ${ADAPTER} --ignore-scripts --no-audit --no-fund pi-mcp-adapter@2.34.0`,
  ].join('\n')
}

function commandLine(ask: RunAsk<typeof SPECS>): string {
  const { model, mcpServers, maxTurns, extraArgs } = ask
  const provider = toEndpoint(ask) === null ? piAccess(ask).provider : OWN_PROVIDER
  const thinking = thinkingOf(ask)
  return [
    `pi --print --mode json --session-dir ${SESSIONS}`,
    `--provider ${quote(provider)} --model ${quote(model?.name ?? '')}`,
    ...(mcpServers.length === 0 ? [] : [`--extension ${ADAPTER}/node_modules/pi-mcp-adapter/index.ts`]),
    ...(maxTurns === null ? [] : [`--extension ${TURN_LIMIT}`]),
    ...(thinking === null ? [] : [`--thinking ${thinking}`]),
    ...(extraArgs === null ? [] : [extraArgs]),
    '< "$TBCC_INSTRUCTION_FILE"',
  ].join(' ')
}

function thinkingOf({ settings }: RunAsk<typeof SPECS>): string | null {
  return settings.thinking ?? settings.reasoning_effort
}

/**
 * Leaves out what tells of a message or a tool while it goes on: older versions repeat the whole of it each time. Not every
 * grep writes line by line when asked to.
 */
const KEEP_EVENTS = [
  'keep_events() {',
  '  local updates=\'^{"type":"\\(message_update\\|tool_execution_update\\)"\'',
  '  if echo x | grep --line-buffered -q x 2>/dev/null; then grep --line-buffered -v "$updates"; else grep -v "$updates"; fi',
  '}',
].join('\n')
