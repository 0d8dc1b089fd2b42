import type { InstallAsk, Way, WayEnd, WayFacts } from './ask.ts'
import { ensurePackages } from './packages.ts'

/** The vendor's installer, as Harbor runs it: packages of the system first, then its script as the agent's user. */
export function vendorWay({ recipe, machine }: WayFacts): Way {
  const script = recipe.vendor?.[machine.libc] ?? null
  if (script === null) return { failed: `there is no installer of the vendor for ${machine.libc}` }
  return { take: async (ask) => runInstaller(script, ask) }
}

async function runInstaller(script: string, { recipe, version, shell, machine }: InstallAsk): Promise<WayEnd> {
  const lacking = await ensurePackages(shell, machine, recipe.packages)
  if (lacking !== null) return { failed: lacking }
  const { failed } = await shell.run("the vendor's installer", `set -o pipefail\n${script}`, {
    shell: 'bash',
    env: { VERSION: version ?? '' },
  })
  return failed === null ? { path: [] } : { failed }
}
