import { TrialError } from '../../job/exception.ts'
import type { WantedInstall } from '../installed/install.ts'
import type { InstallRecipe } from '../installed/installed-agent.ts'
import { quote } from '../shell.ts'
import { binaryScript, binaryPath } from './binary-script.ts'
import { npmRecipe, pypiRecipe } from './package-recipe.ts'
import type { RegistryEntry } from './registry-entry.ts'

export const DISTRIBUTIONS = ['binary', 'npx', 'uvx', 'local'] as const
export type DistributionKind = (typeof DISTRIBUTIONS)[number]

/** How an agent of the registry comes into a container, and how it is started there. */
export interface Launch {
  readonly kind: DistributionKind
  readonly get:
    | { readonly by: 'recipe'; readonly recipe: InstallRecipe; readonly version: string | null }
    /** A bash script that root runs. */
    | { readonly by: 'script'; readonly script: string }
    | { readonly by: 'nothing' }
  /** Words of a shell. */
  readonly command: string
  readonly env: Readonly<Record<string, string>>
}

/**
 * Those of the preferred distributions that can come the way that was asked for: an archive is fetched inside the container,
 * by what stands for the vendor's installer; in vain without a network, where a package may be prepared.
 */
export function fittingKinds(
  { distribution }: RegistryEntry,
  { way, preference }: { readonly way: WantedInstall['way']; readonly preference: readonly DistributionKind[] },
  network: 'public' | 'no-network',
): readonly DistributionKind[] {
  const others = preference.filter((kind) => kind !== 'binary')
  if (way !== 'auto' && way !== 'vendor') return others
  const hasPackage = others.some((kind) => kind !== 'local' && (distribution[kind] ?? null) !== null)
  return network === 'no-network' && way === 'auto' && hasPackage ? others : preference
}

/** The first of the preferred distributions that there is for the platform, e.g. `linux-x86_64`. */
export function chooseLaunch(
  { id, distribution }: RegistryEntry,
  preference: readonly DistributionKind[],
  platform: string,
  program: string | null,
): Launch {
  for (const kind of preference) {
    const launch = launchOf(distribution, kind, platform, program)
    if (launch !== null) return launch
  }
  const ways = DISTRIBUTIONS.filter((kind) => (distribution[kind] ?? null) !== null)
  const platforms = Object.keys(distribution.binary ?? {}).join(', ')
  const offered = ways.map((way) => (way === 'binary' ? `binary (${platforms})` : way)).join(', ')
  const message = `the agent ${id} cannot be had for ${platform} by ${preference.join(', ') || 'nothing'}`
  throw new TrialError('RuntimeError', `${message}: it is offered as ${offered}`)
}

function launchOf(
  { binary, npx, uvx, local }: RegistryEntry['distribution'],
  kind: DistributionKind,
  platform: string,
  program: string | null,
): Launch | null {
  switch (kind) {
    case 'binary': {
      const target = binary?.[platform]
      if (target === undefined) return null
      const command = words(binaryPath(target), target.args)
      return { kind, get: { by: 'script', script: binaryScript(target) }, command, env: target.env }
    }
    case 'npx':
    case 'uvx': {
      const target = kind === 'npx' ? npx : uvx
      if (target === null || target === undefined) return null
      const { recipe, version } = (kind === 'npx' ? npmRecipe : pypiRecipe)(target.package, program)
      const get = { by: 'recipe', recipe, version } as const
      return { kind, get, command: words(recipe.program, target.args), env: target.env }
    }
    case 'local':
      if (local === null || local === undefined) return null
      return { kind, get: { by: 'nothing' }, command: words(local.cmd, local.args), env: local.env }
  }
}

function words(program: string, args: readonly string[]): string {
  return [program, ...args].map(quote).join(' ')
}
