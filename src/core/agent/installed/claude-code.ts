import { convertClaudeCode } from '../../trajectory/convert/claude-code.ts'
import { createClaudeCodeParser } from '../logs/claude-code.ts'
import { quote } from '../shell.ts'
import { claudeEnvironment } from './claude-code/environment.ts'
import { claudeFlags } from './claude-code/flags.ts'
import { SPECS } from './claude-code/settings.ts'
import type { ArchiveEntry } from '../host.ts'
import type { InstalledAgent, RunAsk, RunRecipe } from './installed-agent.ts'
import type { McpServerConfig } from '../../../contract/harbor/mcp-server.ts'

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
  run: toRecipe,
  parser: createClaudeCodeParser,
  convert: convertClaudeCode,
}

/** What it keeps of its sessions goes to the logs at once: nothing is to be moved when it was cut off. */
const CONFIG_FOLDER = '/logs/agent/sessions'
const SETTINGS_FILE = '/installed-agent/claude-settings.json'
const SERVERS_FILE = '/installed-agent/claude-servers.json'

function toRecipe(ask: RunAsk<typeof SPECS>): RunRecipe {
  const { settings, mcpServers, extraArgs } = ask
  const files = [
    ...(settings.config === null ? [] : [jsonFile(SETTINGS_FILE, settings.config)]),
    ...(mcpServers.length === 0 ? [] : [jsonFile(SERVERS_FILE, { mcpServers: toServers(mcpServers) })]),
  ]
  const words = [
    'claude --verbose --output-format=stream-json',
    ...(settings.config === null ? [] : [`--settings ${SETTINGS_FILE}`]),
    ...claudeFlags(ask),
    ...(extraArgs === null ? [] : [extraArgs]),
    '--print',
  ]
  return {
    env: runEnvironment(ask),
    files,
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
    // A server of the user needs no leave; the file is the CLI's own to write from now on.
    ...(mcpServers.length === 0 ? [] : [`cat ${SERVERS_FILE} > "$CLAUDE_CONFIG_DIR/.claude.json"`]),
  ].join('\n')
}

function toServers(servers: readonly McpServerConfig[]): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    servers.map(({ name, transport, command, args, url }) => [
      name,
      transport === 'stdio'
        ? { type: 'stdio', command, args }
        : { type: transport === 'streamable-http' ? 'http' : transport, url },
    ]),
  )
}

function jsonFile(path: string, value: unknown): ArchiveEntry {
  return { path, mode: 0o644, content: JSON.stringify(value, null, 2) }
}
