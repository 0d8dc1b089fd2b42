import { readFileSync } from 'node:fs'

/** Name of the host's system as an image id, e.g. `host:debian-12`. */
export function hostSystem(): string {
  return toSystemId(readOsRelease())
}

/** From the text of os-release. */
export function toSystemId(osRelease: string): string {
  const field = (name: string): string | undefined =>
    new RegExp(`^${name}=["']?([A-Za-z0-9._-]+)["']?$`, 'm').exec(osRelease)?.[1]
  return `host:${[field('ID') ?? 'linux', field('VERSION_ID') ?? []].flat().join('-')}`
}

/** Operating system and architecture as images name them. */
export function hostPlatform(): string {
  const architectures: Readonly<Record<string, string>> = {
    x64: 'amd64',
    arm64: 'arm64',
    arm: 'arm',
    ia32: '386',
    riscv64: 'riscv64',
    ppc64: 'ppc64le',
    s390x: 's390x',
  }
  return `linux/${architectures[process.arch] ?? process.arch}`
}

function readOsRelease(): string {
  for (const path of ['/etc/os-release', '/usr/lib/os-release']) {
    try {
      return readFileSync(path, 'utf8')
    } catch {
      // The next place.
    }
  }
  return ''
}
