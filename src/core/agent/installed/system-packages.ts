/** A package of the system by the command it brings, named per package manager where the names differ. */
export type SystemPackage = keyof typeof SYSTEM_PACKAGES

interface PackageNames {
  /** Commands that show it is there; empty: it is always installed. */
  readonly commands: readonly string[]
  readonly apt: readonly string[]
  /** dnf and yum. */
  readonly rpm: readonly string[]
  readonly apk: readonly string[]
}

const same = (name: string): PackageNames => ({ commands: [name], apt: [name], rpm: [name], apk: [name] })

/** The packages that agents ask for, as Harbor names them. */
export const SYSTEM_PACKAGES = {
  bash: same('bash'),
  bzip2: same('bzip2'),
  'ca-certificates': { commands: [], apt: ['ca-certificates'], rpm: ['ca-certificates'], apk: ['ca-certificates'] },
  coreutils: { commands: ['stdbuf'], apt: ['coreutils'], rpm: ['coreutils'], apk: ['coreutils'] },
  curl: same('curl'),
  git: same('git'),
  'build-tools': {
    commands: ['gcc', 'make'],
    apt: ['build-essential'],
    rpm: ['gcc', 'gcc-c++', 'make'],
    apk: ['build-base'],
  },
  libgomp: { commands: [], apt: ['libgomp1'], rpm: ['libgomp'], apk: ['libgomp'] },
  libxcb: { commands: [], apt: ['libxcb1'], rpm: ['libxcb'], apk: ['libxcb'] },
  nodejs: { commands: ['node'], apt: ['nodejs'], rpm: ['nodejs'], apk: ['nodejs'] },
  npm: same('npm'),
  procps: { commands: ['pgrep'], apt: ['procps'], rpm: ['procps-ng'], apk: ['procps'] },
  python3: same('python3'),
  'python3-pip': { commands: ['pip3'], apt: ['python3-pip'], rpm: ['python3-pip'], apk: ['py3-pip'] },
  'python3-venv': { commands: [], apt: ['python3-venv'], rpm: ['python3'], apk: ['py3-virtualenv'] },
  ripgrep: { commands: ['rg'], apt: ['ripgrep'], rpm: ['ripgrep'], apk: ['ripgrep'] },
  tar: same('tar'),
  tmux: same('tmux'),
  unzip: same('unzip'),
  xz: { commands: ['xz'], apt: ['xz-utils'], rpm: ['xz'], apk: ['xz'] },
} as const satisfies Readonly<Record<string, PackageNames>>
