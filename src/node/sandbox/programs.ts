import { accessSync, constants, readdirSync, realpathSync } from 'node:fs'
import { join } from 'node:path'

/** Absolute paths of the host programs that make a sandbox and work in it; each lies in a folder that the sandbox has, too. */
export interface Programs {
  /** Null where it is not installed; util-linux alone is enough. */
  readonly bwrap: string | null
  readonly bash: string
  readonly cat: string
  readonly chmod: string
  readonly mkfifo: string
  readonly nsenter: string
  readonly setpriv: string
  readonly sh: string
  readonly tar: string
  readonly unshare: string
  /** For terminals; null where one of them is not installed. */
  readonly terminal: TerminalPrograms | null
}

export interface TerminalPrograms {
  readonly script: string
  readonly stty: string
  readonly tty: string
}

/** For the shell scripts that run before a sandbox stands; no folder in which a user may have put other programs. */
export const SYSTEM_PATH = '/usr/sbin:/usr/bin:/sbin:/bin'

const REQUIRED = ['bash', 'cat', 'chmod', 'mkfifo', 'nsenter', 'setpriv', 'sh', 'tar', 'unshare'] as const
/** What the scripts of launch-script.ts call by name. */
const CALLED = ['mkdir', 'mount', 'pivot_root', 'rmdir', 'umount'] as const

/** The programs, or the names of those that are missing. */
export function findPrograms(): { readonly found: Programs } | { readonly missing: readonly string[] } {
  const paths = new Map([...REQUIRED, ...CALLED].map((name) => [name, findProgram(name)]))
  const missing = [...paths].filter(([, path]) => path === null).map(([name]) => name)
  if (missing.length > 0) return { missing }
  const required = (name: (typeof REQUIRED)[number]): string => paths.get(name) ?? name
  return {
    found: {
      bwrap: findProgram('bwrap'),
      bash: required('bash'),
      cat: required('cat'),
      chmod: required('chmod'),
      mkfifo: required('mkfifo'),
      nsenter: required('nsenter'),
      setpriv: required('setpriv'),
      sh: required('sh'),
      tar: required('tar'),
      unshare: required('unshare'),
      terminal: findTerminalPrograms(),
    },
  }
}

function findTerminalPrograms(): TerminalPrograms | null {
  const [script, stty, tty] = [findProgram('script'), findProgram('stty'), findProgram('tty')]
  return script === null || stty === null || tty === null ? null : { script, stty, tty }
}

/** A folder of the host's system as the sandbox gets it, read-only. */
export interface SystemFolder {
  /** On the host, links resolved. */
  readonly source: string
  /** In the sandbox. */
  readonly target: string
}

/**
 * /usr, /bin, /sbin and the library folders. Where they are links into /usr (merged-usr) they become mounts of what the
 * link names: a mount point can be neither removed nor renamed from inside, so /lib64 always holds the host's own loader.
 */
export function systemFolders(): readonly SystemFolder[] {
  const names = readdirSync('/').filter((name) => /^(usr|bin|sbin|lib|lib[0-9]+|libx32)$/.test(name))
  const folders = names.sort().map((name) => ({ source: realpathSync(`/${name}`), target: `/${name}` }))
  // /usr first, so that the others are mounted beside it and not below what it hides.
  return folders.sort((a, b) => Number(b.target === '/usr') - Number(a.target === '/usr'))
}

function findProgram(name: string): string | null {
  for (const folder of SYSTEM_PATH.split(':').sort(usrFirst)) {
    const path = join(folder, name)
    try {
      accessSync(path, constants.X_OK)
      // A link that leaves the system folders (another package manager's store) leads nowhere in the sandbox.
      if (/^\/(usr|bin|sbin|lib[^/]*)\//.test(realpathSync(path))) return path
    } catch {
      // Not here: the next folder.
    }
  }
  return null
}

function usrFirst(a: string, b: string): number {
  return Number(b.startsWith('/usr/')) - Number(a.startsWith('/usr/'))
}
