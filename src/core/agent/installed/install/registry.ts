import { compareVersions } from '../../../task/version-order.ts'
import { quote } from '../../shell.ts'
import { NO_PACKAGE, type InstallAsk, type Way, type WayEnd, type WayFacts } from './ask.ts'
import type { InstallRecipe } from '../installed-agent.ts'
import { ensurePackages } from './packages.ts'
import { parseVersion } from './program.ts'
import type { SetupShell } from './setup-shell.ts'

/** The registry's own package client inside the container, for the agent's user alone. */
export function registryWay({ recipe: { registry } }: WayFacts): Way {
  if (registry === null) return { failed: NO_PACKAGE }
  return { take: async (ask) => (registry.kind === 'npm' ? byNpm(ask, registry) : byPypi(ask, registry)) }
}

type Registry = NonNullable<InstallRecipe['registry']>

async function byNpm({ recipe, version, shell, machine }: InstallAsk, registry: Registry): Promise<WayEnd> {
  const lacking = await ensurePackages(shell, machine, [...recipe.packages, 'nodejs', 'npm'])
  if (lacking !== null) return { failed: lacking }
  const unfit = registry.runtime === 'node' ? await runtimeUnfit(shell, 'node', registry) : null
  if (unfit !== null) return { failed: unfit }
  const spec = quote(`${registry.name}@${version ?? 'latest'}`)
  // Not npm's own prefix: that is root's.
  const script = `npm install --global --prefix "$HOME/.local" --no-audit --no-fund ${spec}`
  return atHome(shell, `npm brings ${recipe.program}`, script)
}

async function byPypi({ recipe, version, shell, machine }: InstallAsk, registry: Registry): Promise<WayEnd> {
  const spec = quote(version === null ? registry.name : `${registry.name}==${version}`)
  const beside = (registry.beside ?? []).map(quote)
  const purpose = `PyPI brings ${recipe.program}`
  const uv = await shell.run('look for uv', `${LOCAL}\ncommand -v uv`)
  if (uv.failed === null) {
    const python = registry.runtimeVersion === null ? '' : `--python '>=${registry.runtimeVersion}' `
    const extras = beside.map((name) => ` --with ${name}`).join('')
    return atHome(shell, purpose, `uv tool install ${python}${spec}${extras}`)
  }
  const lacking = await ensurePackages(shell, machine, [...recipe.packages, 'python3', 'python3-venv'])
  if (lacking !== null) return { failed: lacking }
  const unfit = registry.runtime === 'python' ? await runtimeUnfit(shell, 'python3', registry) : null
  if (unfit !== null) return { failed: unfit }
  return atHome(shell, purpose, venvScript(recipe.program, [spec, ...beside].join(' ')))
}

/** The program alone is linked to: an environment in front of PATH would be the task's Python too. */
function venvScript(program: string, specs: string): string {
  return [
    'set -e',
    `venv="$HOME/.local/share/tbcc/${program}"`,
    'python3 -m venv "$venv"',
    `"$venv/bin/pip" install --no-input --disable-pip-version-check ${specs}`,
    'mkdir -p "$HOME/.local/bin"',
    `ln -sf "$venv/bin/${program}" "$HOME/.local/bin/${program}"`,
  ].join('\n')
}

const LOCAL = 'export PATH="$HOME/.local/bin:$PATH"'

/** Runs an installation into the user's home; where its programs then are. */
async function atHome(shell: SetupShell, purpose: string, script: string): Promise<WayEnd> {
  const { failed } = await shell.run(purpose, `${LOCAL}\n${script}`)
  if (failed !== null) return { failed }
  const { text } = await shell.run('look for the home folder', 'printf %s "$HOME"')
  return { path: [`${text.trim()}/.local/bin`] }
}

/** Why the runtime of the system cannot run the package; null: it can. */
async function runtimeUnfit(
  shell: SetupShell,
  runtime: string,
  { name, runtimeVersion }: Registry,
): Promise<string | null> {
  const { text, failed } = await shell.run(`look for ${runtime}`, `${runtime} --version`)
  if (failed !== null) return `${name} needs ${runtime}, and there is none: ${failed}`
  const there = parseVersion(text)
  if (runtimeVersion === null || there === null || compareVersions(there, runtimeVersion) >= 0) return null
  return `${runtime} ${there} is there, and ${name} needs ${runtimeVersion}`
}
