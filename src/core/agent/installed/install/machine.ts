import type { SetupShell } from './setup-shell.ts'

/** The container as an installation must know it. */
export interface MachineFacts {
  readonly libc: 'glibc' | 'musl'
  /** Of musl, as its loader says it; null: not musl, or it does not say. */
  readonly muslVersion: string | null
  /** Null: neither x64 nor arm64; `machine` names it. */
  readonly arch: 'x64' | 'arm64' | null
  readonly machine: string
  readonly packageManager: PackageManager | null
  /** Its `python3`, as 3.11; null: none. */
  readonly python: string | null
}

export type PackageManager = 'apt-get' | 'dnf' | 'yum' | 'apk'

/** Looks around as root, and makes the folder that Harbor makes for agents. */
export async function describeMachine(shell: SetupShell): Promise<MachineFacts> {
  const { text } = await shell.run('look at the container', SCRIPT, { user: 'root' })
  const facts = new Map(text.split('\n').map((line) => [line.split('=')[0] ?? '', line.slice(line.indexOf('=') + 1)]))
  const machine = facts.get('machine') ?? ''
  const manager = facts.get('packages') ?? ''
  const python = facts.get('python') ?? ''
  return {
    libc: facts.get('libc') === 'musl' ? 'musl' : 'glibc',
    muslVersion: /^[\d.]+$/.exec(facts.get('musl') ?? '')?.[0] ?? null,
    arch: ARCHS[machine] ?? null,
    machine,
    packageManager: isPackageManager(manager) ? manager : null,
    python: /^\d+\.\d+$/.test(python) ? python : null,
  }
}

const ARCHS: Readonly<Record<string, 'x64' | 'arm64'>> = {
  x86_64: 'x64',
  amd64: 'x64',
  aarch64: 'arm64',
  arm64: 'arm64',
}
const MANAGERS = ['apt-get', 'dnf', 'yum', 'apk'] as const satisfies readonly PackageManager[]

function isPackageManager(name: string): name is PackageManager {
  return MANAGERS.some((manager) => manager === name)
}

/**
 * musl's own ldd says so; where there is none, the loaders tell. Alpine may have a loader for glibc's programs too, and
 * Debian one for musl's: the system is asked first.
 */
const SCRIPT = `
[ -d /installed-agent ] || mkdir -p /installed-agent
if [ -f /etc/alpine-release ] || ldd --version 2>&1 | grep -qi musl; then libc=musl
elif [ -e /lib64/ld-linux-x86-64.so.2 ] || [ -e /lib/ld-linux-aarch64.so.1 ]; then libc=glibc
elif ls /lib/ld-musl-*.so.1 >/dev/null 2>&1; then libc=musl
else libc=glibc; fi
packages=
for manager in ${MANAGERS.join(' ')}; do
  if command -v "$manager" >/dev/null 2>&1; then packages=$manager; break; fi
done
echo "libc=$libc"
if [ $libc = musl ]; then echo "musl=$(/lib/ld-musl-*.so.1 2>&1 | sed -n 's/^Version //p')"; fi
echo "machine=$(uname -m)"
echo "packages=$packages"
echo "python=$(python3 -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null)"
`.trim()
