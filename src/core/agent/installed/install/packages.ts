import { quote } from '../../shell.ts'
import { SYSTEM_PACKAGES, type SystemPackage } from '../system-packages.ts'
import type { MachineFacts, PackageManager } from './machine.ts'
import type { SetupShell } from './setup-shell.ts'

/**
 * Brings packages of the system that are missing, by one call of its package manager as root; why that failed, or null. A
 * system without a known manager is told, and left as it is.
 */
export async function ensurePackages(
  shell: SetupShell,
  { packageManager }: MachineFacts,
  packages: readonly SystemPackage[],
): Promise<string | null> {
  const wanted = [...new Set(packages)]
  if (wanted.length === 0) return null
  const { text } = await shell.run('look for packages', wanted.map(check).join('\n'), { user: 'root' })
  const missing = wanted.filter((name) => text.split('\n').includes(`missing=${name}`))
  if (missing.length === 0) return null
  if (packageManager === null) {
    await shell.say(`no known package manager is there to bring ${missing.join(', ')}`)
    return null
  }
  const names = [...new Set(missing.flatMap((name) => SYSTEM_PACKAGES[name][FAMILY[packageManager]]))].map(quote)
  const { failed } = await shell.run('install packages', `${INSTALL[packageManager]} ${names.join(' ')}`, {
    user: 'root',
    env: packageManager === 'apt-get' ? { DEBIAN_FRONTEND: 'noninteractive' } : {},
  })
  return failed === null ? null : `packages could not be installed: ${failed}`
}

/** One that shows by no command is asked for in any case; its manager knows. */
function check(name: SystemPackage): string {
  const { commands } = SYSTEM_PACKAGES[name]
  const there = commands.map((command) => `command -v ${quote(command)} >/dev/null 2>&1`).join(' && ')
  return there === '' ? `echo missing=${name}` : `{ ${there}; } || echo missing=${name}`
}

const FAMILY = { 'apt-get': 'apt', dnf: 'rpm', yum: 'rpm', apk: 'apk' } as const satisfies Record<
  PackageManager,
  string
>

const INSTALL: Readonly<Record<PackageManager, string>> = {
  'apt-get': 'apt-get update && apt-get install -y',
  dnf: 'dnf install -y',
  yum: 'yum install -y',
  apk: 'apk add --no-cache',
}
