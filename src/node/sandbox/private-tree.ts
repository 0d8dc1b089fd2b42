import {
  chmodSync,
  chownSync,
  lchownSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { runOnHost } from './children.ts'
import { PROTECTED_FILES } from './launch.ts'

/** Folders that every sandbox has, empty. */
const FOLDERS: readonly (readonly [path: string, mode: number])[] = [
  ['app', 0o755],
  ['logs', 0o755],
  ['root', 0o700],
  ['solution', 0o755],
  ['tests', 0o755],
  ['tmp', 0o1777],
]

export interface PrivateTree {
  /** Root of the sandbox's own files on the host. */
  readonly root: string
  /** Where the pipes of its commands are. */
  readonly pipes: string
}

/**
 * Makes the private files of a sandbox in a new folder: an empty system beside what will be mounted from the host. The
 * folder and all in it belong to the user that root of the sandbox is on the host; nobody else may enter.
 */
export function createPrivateTree(folder: string, owner: Owner, hostname: string): PrivateTree {
  const tree = { root: join(folder, 'root'), pipes: join(folder, 'pipes') }
  const directory = (path: string, mode: number): void => {
    mkdirSync(path)
    chmodSync(path, mode)
    chownSync(path, owner.uid, owner.gid)
  }
  directory(folder, 0o700)
  directory(tree.pipes, 0o700)
  directory(tree.root, 0o755)
  for (const [path, mode] of FOLDERS) directory(join(tree.root, path), mode)
  directory(join(tree.root, 'etc'), 0o755)
  directory(join(tree.root, 'etc/alternatives'), 0o755)
  for (const [path, text] of Object.entries(etcFiles(hostname))) {
    writeFileSync(join(tree.root, path), text)
    chmodSync(join(tree.root, path), 0o644)
    chownSync(join(tree.root, path), owner.uid, owner.gid)
  }
  for (const [path, target] of etcLinks()) {
    symlinkSync(target, join(tree.root, path))
    lchownSync(join(tree.root, path), owner.uid, owner.gid)
  }
  return tree
}

interface Owner {
  readonly uid: number
  readonly gid: number
}

/**
 * Removes private files whose processes are gone. By programs, which also get at paths that are longer than the kernel
 * takes at once. Folders that were closed even to their owner are opened first.
 */
export async function removePrivateTree(folder: string): Promise<void> {
  try {
    await runOnHost('rm', ['-rf', '--', folder])
  } catch {
    await runOnHost('chmod', ['-R', 'u+rwx', '--', folder])
    await runOnHost('rm', ['-rf', '--', folder])
  }
}

/** Nothing of the host but the index of its libraries: no account, no name server, no key. */
function etcFiles(hostname: string): Readonly<Record<string, string | Buffer>> {
  const lines = (...all: string[]): string => `${all.join('\n')}\n`
  return {
    ...Object.fromEntries(PROTECTED_FILES.map((path) => [path.slice(1), ''])),
    'etc/ld.so.cache': readOr('/etc/ld.so.cache'),
    'etc/passwd': lines(
      'root:x:0:0:root:/root:/bin/bash',
      'daemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin',
      'nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin',
    ),
    'etc/group': lines('root:x:0:', 'daemon:x:1:', 'tty:x:5:', 'users:x:100:', 'nogroup:x:65534:'),
    'etc/hostname': lines(hostname),
    'etc/hosts': lines('127.0.0.1 localhost', '::1 localhost ip6-localhost ip6-loopback', `127.0.1.1 ${hostname}`),
    'etc/nsswitch.conf': lines(
      'passwd: files',
      'group: files',
      'hosts: files',
      'networks: files',
      'protocols: files',
      'services: files',
    ),
  }
}

function readOr(path: string): Buffer {
  try {
    return readFileSync(path)
  } catch {
    return Buffer.alloc(0)
  }
}

/** Links by which programs of /usr are called: `awk` is /etc/alternatives/awk on Debian. Those to manual pages are left out. */
function etcLinks(): readonly (readonly [path: string, target: string])[] {
  const links: [string, string][] = [
    ['etc/mtab', '/proc/mounts'],
    ['etc/os-release', '../usr/lib/os-release'],
  ]
  for (const name of namesIn('/etc/alternatives')) {
    const target = linkTarget(join('/etc/alternatives', name))
    if (target !== null && /^\/(usr|bin|sbin|lib[^/]*)\/(.*\/)?s?bin\/[^/]+$|^\/s?bin\/[^/]+$/.test(target))
      links.push([join('etc/alternatives', name), target])
  }
  return links
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

function linkTarget(path: string): string | null {
  try {
    return readlinkSync(path)
  } catch {
    return null
  }
}
