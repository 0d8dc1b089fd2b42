import { quote } from '../../shell.ts'
import { copyPrivately } from '../private-files.ts'

/** A private file of the run. */
export const SETTINGS_FILE = 'gemini-settings.json'
const SETTINGS = '~/.gemini/settings.json'

export function prepareScript(skillFolders: readonly string[]): string {
  return [
    'set -e',
    '(umask 077 && mkdir -p ~/.gemini)',
    ...copyPrivately(SETTINGS_FILE, SETTINGS),
    ...skillFolders.flatMap((folder) => [
      'mkdir -p ~/.gemini/skills',
      `cp -r ${quote(folder)}/* ~/.gemini/skills/ 2>/dev/null || true`,
    ]),
  ].join('\n')
}

/** The newest session goes to the logs under Harbor's name; those of subagents are named otherwise and stay. */
export function cleanUpScript(): string {
  const logs = '/logs/agent/gemini-cli.trajectory'
  return [
    `rm -f ${SETTINGS}`,
    // ls sorts, for not every find can print times.
    "latest=$(find ~/.gemini/tmp -type f \\( -name 'session-*.json' -o -name 'session-*.jsonl' \\) -exec ls -t {} + " +
      '2>/dev/null | head -n 1)',
    'case "$latest" in',
    "  '') ;;",
    `  *.jsonl) cp "$latest" ${logs}.jsonl ;;`,
    `  *) cp "$latest" ${logs}.json ;;`,
    'esac',
  ].join('\n')
}
