import { quote } from '../../shell.ts'
import type { RunAsk } from '../installed-agent.ts'
import type { CODEX_SETTINGS } from './settings.ts'

/** Harbor's places. Codex keeps its sessions in the first, the second holds the key; both go when the run is over. */
export const CODEX_HOME = '/tmp/codex-home'
const SECRETS = '/tmp/codex-secrets'
const SESSIONS = '/logs/agent/sessions'

export interface PrepareAsk {
  /** Variables of this host's login; empty: there is a key, or none. */
  readonly login: Readonly<Record<string, string>>
  /** Whether `$TBCC_CODEX_CONFIG` holds a configuration. */
  readonly hasConfig: boolean
  readonly skillFolders: readonly string[]
}

/**
 * Writes what Codex reads. Secrets come from variables and go through the shell's own `printf`: no other program sees
 * them, and nobody but the agent's user can read the files.
 */
export function prepareScript({ login, hasConfig, skillFolders }: PrepareAsk): string {
  return [
    'set -eu',
    `rm -rf ${SECRETS} "$CODEX_HOME"`,
    'mkdir -p /logs/agent',
    'umask 077',
    // Without -p: a folder that somebody else left there is no place for a key.
    `mkdir ${SECRETS} "$CODEX_HOME"`,
    `text() { local text=\${1//\\\\/\\\\\\\\}; printf '"%s"' "\${text//\\"/\\\\\\"}"; }`,
    login['CODEX_CHATGPT_ACCESS_TOKEN'] === undefined ? writeKey() : writeLogin(),
    ...(hasConfig ? ['printf \'%s\' "$TBCC_CODEX_CONFIG" > "$CODEX_HOME/config.toml"'] : []),
    'umask 022',
    ...skillFolders.map(copySkills),
  ].join('\n')
}

/** `auth.json` with a key; none without one. */
function writeKey(): string {
  return [
    'if [ -n "${OPENAI_API_KEY:-}" ]; then',
    `  printf '{"OPENAI_API_KEY": %s}\\n' "$(text "$OPENAI_API_KEY")" > ${SECRETS}/auth.json`,
    `  ln -s ${SECRETS}/auth.json "$CODEX_HOME/auth.json"`,
    'fi',
  ].join('\n')
}

/** `auth.json` of a ChatGPT login without its refresh token: Codex wants the field, and needs no value. */
function writeLogin(): string {
  return [
    'token=$(text "$CODEX_CHATGPT_ACCESS_TOKEN")',
    'account=null',
    'if [ -n "${CODEX_CHATGPT_ACCOUNT_ID:-}" ]; then account=$(text "$CODEX_CHATGPT_ACCOUNT_ID"); fi',
    `printf '{"auth_mode": "chatgpt", "tokens": {"id_token": %s, "access_token": %s, "refresh_token": "", ` +
      `"account_id": %s}, "last_refresh": "%s"}\\n' "$token" "$token" "$account" ` +
      `"$(date -u +%Y-%m-%dT%H:%M:%SZ)" > ${SECRETS}/auth.json`,
    `ln -s ${SECRETS}/auth.json "$CODEX_HOME/auth.json"`,
  ].join('\n')
}

function copySkills(folder: string): string {
  return `mkdir -p "$HOME/.agents/skills" && cp -r ${quote(folder)}/* "$HOME/.agents/skills/" 2>/dev/null || true`
}

/** Harbor's flags in Harbor's order; the instruction comes from its file, for Codex reads its whole prompt from stdin. */
export function commandLine({
  model,
  settings,
  extraArgs,
}: Pick<RunAsk<typeof CODEX_SETTINGS>, 'model' | 'settings' | 'extraArgs'>): string {
  const { reasoning_effort, reasoning_summary, dangerously_bypass_hook_trust } = settings
  const webSearch = settings.disable_web_search === true ? 'disabled' : settings.web_search
  const words = [
    'codex exec',
    '--dangerously-bypass-approvals-and-sandbox',
    '--skip-git-repo-check',
    `--model ${quote(model?.full.split('/').at(-1) ?? '')}`,
    '--json',
    '--enable unified_exec',
    ...(reasoning_effort === null ? [] : [`-c model_reasoning_effort=${reasoning_effort}`]),
    ...(reasoning_summary === null ? [] : [`-c model_reasoning_summary=${reasoning_summary}`]),
    ...(webSearch === null ? [] : [`-c web_search=${webSearch}`]),
    ...(dangerously_bypass_hook_trust === true ? ['--dangerously-bypass-hook-trust'] : []),
    ...(extraArgs === null ? [] : [extraArgs]),
    '- < "$TBCC_INSTRUCTION_FILE"',
  ]
  // They have served, and what Codex starts must not find them; only a configuration of one's own may name the key.
  const served = ['TBCC_CODEX_CONFIG', 'CODEX_CHATGPT_ACCESS_TOKEN', 'CODEX_CHATGPT_ACCOUNT_ID']
  if (settings.config === null) served.push('OPENAI_API_KEY')
  return `unset ${served.join(' ')}\n${words.join(' ')}`
}

/** The key goes first: whatever hinders the rest, it is gone. */
export function cleanUpScript(): string {
  return [
    `rm -rf ${SECRETS}`,
    'status=0',
    'if [ -d "$CODEX_HOME/sessions" ]; then',
    `  mkdir -p /logs/agent && rm -rf ${SESSIONS} && cp -R "$CODEX_HOME/sessions" ${SESSIONS} || status=$?`,
    'fi',
    'rm -rf "$CODEX_HOME"',
    'exit $status',
  ].join('\n')
}
