import { convertClaudeCode } from '../../trajectory/convert/claude-code.ts'
import { createClaudeCodeParser } from '../logs/claude-code.ts'
import { quote } from '../shell.ts'
import { unlessEmpty } from '../mcp/texts.ts'
import { claudeEnvironment } from './claude-code/environment.ts'
import { claudeFlags, claudeMaxTurns } from './claude-code/flags.ts'
import { SPECS } from './claude-code/settings.ts'
import type { InstalledAgent, RunAsk, RunRecipe } from './installed-agent.ts'
import { PRIVATE_FOLDER } from './private-files.ts'
import type { AgentMcpServer } from '../../../contract/harbor/mcp-server.ts'

/** Claude Code, as Harbor installs and runs it. */
export const claudeCodeAgent: InstalledAgent<typeof SPECS> = {
  name: 'claude-code',
  summary: "Anthropic's Claude Code in the task's container",
  model: 'optional',
  capabilities: ['mcp-servers', 'skills'],
  settings: SPECS,
  install: {
    program: 'claude',
    versionCommand: 'claude --version',
    packages: ['curl', 'bash', 'nodejs', 'npm', 'procps'],
    vendor: {
      glibc: [
        'set -eo pipefail',
        'curl -fsSL https://downloads.claude.ai/claude-code-releases/bootstrap.sh | bash -s -- $VERSION',
      ].join('\n'),
      musl: null,
    },
    // The package of the registry brings a binary; only its installation wants Node.
    registry: { kind: 'npm', name: '@anthropic-ai/claude-code', runtime: 'none', runtimeVersion: null },
    path: ['$HOME/.local/bin'],
  },
  log: 'claude-code.txt',
  environment: claudeEnvironment,
  credentialOwner: 'claude-code',
  reference: { of: (variable) => `\${${variable}}` },
  run: toRecipe,
  maxTurns: claudeMaxTurns,
  parser: createClaudeCodeParser,
  convert: convertClaudeCode,
}

/** What it keeps of its sessions goes to the logs at once: nothing is to be moved when it was cut off. */
const CONFIG_FOLDER = '/logs/agent/sessions'
const SETTINGS_FILE = 'claude-settings.json'
const SERVERS_FILE = 'claude-servers.json'

function toRecipe(ask: RunAsk<typeof SPECS>): RunRecipe {
  const { settings, mcpServers, extraArgs } = ask
  const words = [
    'claude --verbose --output-format=stream-json',
    ...(settings.config === null ? [] : [`--settings ${PRIVATE_FOLDER}/${SETTINGS_FILE}`]),
    ...claudeFlags(ask),
    ...(extraArgs === null ? [] : [extraArgs]),
    '--print',
  ]
  return {
    env: runEnvironment(ask),
    privateFiles: {
      ...(settings.config === null ? {} : { [SETTINGS_FILE]: toJson(settings.config) }),
      ...(mcpServers.length === 0 ? {} : { [SERVERS_FILE]: toJson({ mcpServers: toServers(mcpServers) }) }),
    },
    prepare: toPreparation(ask),
    // printf is a part of bash: the instruction stands on no command line.
    command: `printf '%s' "$TBCC_INSTRUCTION" | ${words.join(' ')}`,
  }
}

function runEnvironment({ settings, env }: RunAsk<typeof SPECS>): Readonly<Record<string, string>> {
  const thinking = settings.max_thinking_tokens ?? env['MAX_THINKING_TOKENS'] ?? ''
  return {
    CLAUDE_CONFIG_DIR: CONFIG_FOLDER,
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
    // Without it, root may not skip permissions.
    IS_SANDBOX: '1',
    ...(thinking === '' ? {} : { MAX_THINKING_TOKENS: String(thinking) }),
  }
}

function toPreparation({ skillFolders, mcpServers }: RunAsk<typeof SPECS>): string {
  const folders = ['debug', 'projects/-app', 'shell-snapshots', 'statsig', 'todos', 'skills']
  return [
    'set -e',
    `mkdir -p ${folders.map((folder) => `"$CLAUDE_CONFIG_DIR/${folder}"`).join(' ')}`,
    'if [ -d ~/.claude/skills ]; then cp -r ~/.claude/skills/. "$CLAUDE_CONFIG_DIR/skills/" 2>/dev/null || true; fi',
    ...skillFolders.map((folder) => `cp -r ${quote(folder)}/* "$CLAUDE_CONFIG_DIR/skills/" 2>/dev/null || true`),
    // A server of the user needs no leave; the file is the CLI's own to write from now on, and is kept with the logs.
    ...(mcpServers.length === 0 ? [] : [`cp ${PRIVATE_FOLDER}/${SERVERS_FILE} "$CLAUDE_CONFIG_DIR/.claude.json"`]),
  ].join('\n')
}

function toServers(servers: readonly AgentMcpServer[]): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    servers.map(({ name, transport, command, args, env, url, headers }) => [
      name,
      transport === 'stdio'
        ? { type: 'stdio', command, args, ...unlessEmpty({ env }) }
        : { type: transport === 'streamable-http' ? 'http' : transport, url, ...unlessEmpty({ headers }) },
    ]),
  )
}

function toJson(value: unknown): string {
  return JSON.stringify(value, null, 2)
}
