import { quote } from '../../shell.ts'
import type { InstallRecipe } from '../installed-agent.ts'
import type { SetupShell } from './setup-shell.ts'

export interface FoundProgram {
  /** What its version command says; null: nothing of that form. */
  readonly version: string | null
}

/** Looks for the program as the agent will call it, and lets it say its version. */
export async function findProgram(
  shell: SetupShell,
  { program, versionCommand, path }: InstallRecipe,
  folders: readonly string[],
): Promise<FoundProgram | { readonly failed: string }> {
  const script = [
    withPath([...folders, ...path]),
    // The command may widen PATH first, e.g. by what nvm brings.
    `{ ${versionCommand}\n} </dev/null && exit 0`,
    'status=$?',
    `command -v ${quote(program)} >/dev/null 2>&1 || exit ${NOT_THERE}`,
    'exit $status',
  ].join('\n')
  const { exitCode, text, failed } = await shell.run(`look for ${program}`, script)
  if (failed === null) return { version: parseVersion(text) }
  if (exitCode === NOT_THERE) return { failed: `${program} is not there` }
  return { failed: `${versionCommand.trim()} failed: ${failed}` }
}

/** No exit code of a shell or a program that could not be run. */
const NOT_THERE = 77

/** Puts folders, which may name `$HOME`, in front of PATH. */
function withPath(folders: readonly string[]): string {
  return folders.length === 0 ? '' : `export PATH="${folders.join(':')}:$PATH"`
}

/** The first version in a text: `claude 2.1.3 (Claude Code)`, `codex-cli 0.1.0-alpha.2`. */
export function parseVersion(text: string): string | null {
  return /\d+\.\d+\.\d+(?:[-+.][0-9A-Za-z][0-9A-Za-z.+-]*)?/.exec(text)?.[0] ?? null
}
