import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { INIT_CAPABILITIES, limitTo } from './capabilities.ts'
import { untilReady } from './children.ts'
import { type IdMapping, isHostRoot } from './id-mapping.ts'
import { BUILD_ROOT, FORBID_NESTING, INIT, MOUNT_ROOT } from './launch-script.ts'
import { type Programs, SYSTEM_PATH, type SystemFolder, systemFolders } from './programs.ts'
import { createUserNamespace } from './user-namespace.ts'

export type LaunchTool = 'bubblewrap' | 'unshare'

export interface LaunchRequest {
  readonly programs: Programs
  readonly tool: LaunchTool
  readonly mapping: IdMapping
  readonly hostname: string
  /** The folder that holds `root/`, the private tree; null: an empty tree in memory, to see whether it works. */
  readonly directory: string | null
  /** More folders of the host that it sees, read-only. */
  readonly views?: readonly SystemFolder[]
  /** Aborted: nothing stays. */
  readonly signal?: AbortSignal
}

/** A mount of the sandbox beside its private tree. */
interface Mount {
  readonly kind: 'read-only' | 'writable'
  readonly source: string
  readonly target: string
}

/**
 * Starts the first process of a sandbox in new namespaces and resolves when its root stands. What is returned is the
 * process outside that waits for it; the first process reads its standard input, and all ends when that is closed.
 * Throws what went wrong as a plain Error, or AppError.
 */
export async function launch(request: LaunchRequest): Promise<ChildProcessWithoutNullStreams> {
  const { programs, mapping } = request
  const namespace = mapping.kind === 'none' ? null : await createUserNamespace(programs, mapping)
  try {
    const [program = '', ...args] = [
      ...enterUserNamespace(programs, mapping, namespace?.path ?? null),
      ...buildCommand(request),
    ]
    const child = spawn(program, args, {
      cwd: request.directory ?? '/',
      env: { PATH: SYSTEM_PATH, LC_ALL: 'C' },
      stdio: 'pipe',
      // Of its own session: a Ctrl-C in the terminal is for tbcc alone, which still wants to fetch the logs.
      detached: true,
    })
    child.stdin.on('error', () => undefined)
    await untilReady(child, request.signal).catch((error: unknown) => {
      child.stdin.destroy()
      child.kill('SIGKILL')
      throw error
    })
    return child
  } finally {
    namespace?.release()
  }
}

function enterUserNamespace(programs: Programs, mapping: IdMapping, path: string | null): readonly string[] {
  if (path === null) return []
  const identity = mapping.kind === 'range' ? ['--setuid', '0', '--setgid', '0'] : ['--preserve-credentials']
  return [programs.nsenter, `--user=${path}`, ...identity, '--', programs.bash, '-c', FORBID_NESTING, 'bash']
}

function buildCommand(request: LaunchRequest): readonly string[] {
  const { programs } = request
  const init = [programs.setpriv, ...limitTo(INIT_CAPABILITIES), '--', programs.bash, '-c', INIT]
  return request.tool === 'bubblewrap' && programs.bwrap !== null
    ? withBubblewrap(programs.bwrap, request, init)
    : withUnshare(request, init)
}

function withBubblewrap(bwrap: string, request: LaunchRequest, init: readonly string[]): readonly string[] {
  const { programs } = request
  const mounts = mountsOf(request).map(({ kind, ...mount }) => [FLAGS[kind], mount.source, mount.target])
  const covered = coveredPaths(request).map((path) => ['--ro-bind', path, path])
  return [
    [programs.unshare, '--mount', '--', programs.bash, '-c', MOUNT_ROOT, 'bash', rootFolder(request)],
    [bwrap, '--unshare-pid', '--unshare-net', '--unshare-ipc', '--unshare-uts', '--hostname', request.hostname],
    ['--bind', '/tmp', '/', ...mounts.flat(), '--proc', '/proc', ...covered.flat(), '--dev', '/dev'],
    ['--perms', '1777', '--size', String(64 * 1024 ** 2), '--tmpfs', '/dev/shm'],
    ['--chdir', '/', '--as-pid-1', '--', ...init],
  ].flat()
}

const FLAGS = { 'read-only': '--ro-bind', writable: '--bind' } as const

function withUnshare(request: LaunchRequest, init: readonly string[]): readonly string[] {
  const { programs } = request
  return [
    [programs.unshare, '--mount', '--pid', '--net', '--ipc', '--uts', '--fork', '--kill-child', '--'],
    [programs.bash, '-c', BUILD_ROOT, 'bash', rootFolder(request), request.hostname, coveredPaths(request).join(' ')],
    mountsOf(request).flatMap(({ kind, source, target }) => [kind, source, target]),
    ['--', ...init],
  ].flat()
}

/** Where the host's root could give orders to the kernel that concern the host; read-only even for root. */
function coveredPaths({ mapping }: LaunchRequest): readonly string[] {
  const paths = isHostRoot(mapping) ? ['/proc/sys', '/proc/sysrq-trigger', '/proc/irq', '/proc/bus'] : []
  return paths.filter((path) => existsSync(path))
}

function rootFolder(request: LaunchRequest): string {
  return request.directory === null ? '' : 'root'
}

/**
 * /etc is a mount of its own, and the loader's files in it are read-only mounts: nobody inside can put others in their
 * place, so that the first programs of a command, which still may do more than the command, load the host's libraries.
 */
function mountsOf(request: LaunchRequest): readonly Mount[] {
  const system = [...systemFolders(), ...(request.views ?? [])].map(
    (folder) => ({ kind: 'read-only', ...folder }) as const,
  )
  if (request.directory === null) return system
  const loader = PROTECTED_FILES.map((path) => ({ kind: 'read-only', source: `/tmp${path}`, target: path }) as const)
  return [...system, { kind: 'writable', source: '/tmp/etc', target: '/etc' }, ...loader]
}

/** Files of the private tree that the loader of every program reads. */
export const PROTECTED_FILES: readonly string[] = ['/etc/ld.so.cache', '/etc/ld.so.preload']
