/** Takes Node from nvm where it is there, as Harbor does before it calls a program of npm. */
export const NVM_LOAD = 'if [ -s ~/.nvm/nvm.sh ]; then . ~/.nvm/nvm.sh; fi'

export interface NpmPackage {
  /** What goes to `npm install -g`, words of bash; may use `$VERSION` and what `before` sets. */
  readonly spec: string
  readonly program: string
  /** Lines to run first. */
  readonly before?: readonly string[]
  readonly flags?: string
}

/**
 * Harbor's way to a program of npm where the system's Node may be old: nvm, its Node 22, npm. The program is linked to
 * `~/.local/bin`, so that it is found without nvm. For glibc only: what nvm brings does not run with musl.
 */
export function nvmInstaller({ spec, program, before = [], flags = '' }: NpmPackage): string {
  return [
    'set -euo pipefail',
    ...before,
    'export NVM_DIR="$HOME/.nvm"',
    // nvm would install the version that official images of Node name in this variable.
    'curl -fsSL https://raw.githubusercontent.com/nvm-sh/nvm/v0.40.2/install.sh | env -u NODE_VERSION bash',
    // nvm's own script is not written for `set -eu`, and ends with an error where it has no default yet.
    'set +eu',
    '. "$NVM_DIR/nvm.sh"',
    'command -v nvm >/dev/null || { echo "nvm did not load" >&2; exit 1; }',
    `nvm install 22 && nvm alias default 22 && ${npmInstall(spec, flags)} &&`,
    `mkdir -p "$HOME/.local/bin" && ln -sf "$(command -v ${program})" "$HOME/.local/bin/${program}"`,
  ].join('\n')
}

/** The same with the system's own Node and npm. */
export function npmInstaller({ spec, before = [], flags = '' }: Omit<NpmPackage, 'program'>): string {
  return ['set -eu', ...before, npmInstall(spec, flags)].join('\n')
}

function npmInstall(spec: string, flags: string): string {
  return ['npm install -g', flags, spec].filter((word) => word !== '').join(' ')
}
