import { AppError } from '../../../contract/errors.ts'
import type { InstallRecipe } from '../installed/installed-agent.ts'
import { quote } from '../shell.ts'

export interface PackageRecipe {
  readonly recipe: InstallRecipe
  /** Null: the newest. */
  readonly version: string | null
}

/** Node as Harbor brings it: with nvm where it runs, by the system's packages on musl. */
const NVM = 'if [ -s ~/.nvm/nvm.sh ]; then . ~/.nvm/nvm.sh >/dev/null 2>&1; fi'

/** `name`, `@scope/name`, each with `@version` or without. */
export function npmRecipe(spec: string, program: string | null): PackageRecipe {
  const match = /^((?:@[\w.-]+\/)?\w[\w.-]*)(?:@([\w.+-]+))?$/.exec(spec)
  const name = match?.[1]
  if (name === undefined) throw refuse(spec)
  const version = match?.[2] ?? null
  const own = program ?? name.slice(name.indexOf('/') + 1)
  const install = `npm install -g ${quote(name)}@"\${VERSION:-latest}"`
  const glibc = [
    'set -euo pipefail',
    'export NVM_DIR="$HOME/.nvm"',
    'curl -fsSL https://raw.githubusercontent.com/nvm-sh/nvm/v0.40.2/install.sh | bash',
    // nvm's own script is not written for `set -eu`.
    'set +eu',
    '. "$NVM_DIR/nvm.sh"',
    `nvm install 22 && nvm alias default 22 && ${install}`,
  ].join('\n')
  return {
    version,
    recipe: {
      program: own,
      versionCommand: `${NVM}\n${npmVersionScript(name, own)}`,
      packages: ['curl', 'bash', 'nodejs', 'npm'],
      vendor: { glibc, musl: install },
      registry: { kind: 'npm', name, runtime: 'node', runtimeVersion: '20' },
      path: [],
    },
  }
}

/** `name`, `name==version`, `name@version`; extras are left to uv. */
export function pypiRecipe(spec: string, program: string | null): PackageRecipe {
  const match = /^(\w[\w.-]*)(\[[\w.,-]+\])?(?:(?:==|@)([\w.!+-]+))?$/.exec(spec)
  const name = match?.[1]
  if (name === undefined) throw refuse(spec)
  const extras = match?.[2] ?? ''
  const own = program ?? name
  const script = [
    'set -euo pipefail',
    'command -v uv >/dev/null || curl -LsSf https://astral.sh/uv/install.sh | sh',
    'export PATH="$HOME/.local/bin:$PATH"',
    `uv tool install --python 3.12 ${quote(`${name}${extras}`)}"\${VERSION:+==$VERSION}"`,
  ].join('\n')
  return {
    version: match?.[3] ?? null,
    recipe: {
      program: own,
      versionCommand: `command -v ${quote(own)} >/dev/null && ${quote(own)} --version </dev/null`,
      packages: ['curl', 'bash', 'ca-certificates'],
      vendor: { glibc: script, musl: script },
      registry: extras === '' ? { kind: 'pypi', name, runtime: 'python', runtimeVersion: '3.10' } : null,
      path: ['$HOME/.local/bin'],
    },
  }
}

/**
 * The version that the package of a program states. Many agents know no `--version` and would wait for a client: it is
 * read from the package that the program leads to, wherever it was installed.
 */
function npmVersionScript(name: string, program: string): string {
  return [
    `found=$(command -v ${quote(program)}) || exit 1`,
    'folder=$(dirname "$(readlink -f "$found")")',
    'while [ "$folder" != / ]; do',
    `  for file in "$folder/package.json" "$folder/node_modules/${name}/package.json"; do`,
    `    if [ -f "$file" ] && grep -q '"name": *"${name}"' "$file"; then`,
    `      sed -n 's/^ *"version": *"\\([^"]*\\)".*/\\1/p' "$file" | head -n 1; exit 0`,
    '    fi',
    '  done',
    '  folder=$(dirname "$folder")',
    'done',
    'exit 1',
  ].join('\n')
}

function refuse(spec: string): AppError {
  return new AppError('invalid-input', `"${spec}" is no package of a registry`)
}
