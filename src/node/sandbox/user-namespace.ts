import { spawn } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { AppError } from '../../contract/errors.ts'
import { untilReady } from './children.ts'
import { type IdMapping, RANGE_SIZE } from './id-mapping.ts'
import type { Programs } from './programs.ts'

/** A user namespace. It lives until it is released and nothing is in it any more. */
export interface UserNamespace {
  readonly path: string
  release(): void
}

/**
 * Makes a user namespace. A process that does nothing holds it while its id maps are written from outside, which takes no
 * set-uid program; it ends with this process. Throws AppError `backend-unavailable`.
 */
export async function createUserNamespace(
  programs: Programs,
  mapping: Exclude<IdMapping, { kind: 'none' }>,
): Promise<UserNamespace> {
  const holder = spawn(programs.unshare, ['--user', '--', programs.sh, '-c', 'echo; read line'], {
    cwd: '/',
    env: {},
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: true,
  })
  holder.stdin.on('error', () => undefined)
  const release = (): void => {
    holder.kill('SIGKILL')
  }
  try {
    await untilReady(holder)
    await writeMaps(holder.pid ?? 0, mapping)
    return { path: `/proc/${holder.pid}/ns/user`, release }
  } catch (error) {
    release()
    throw new AppError(
      'backend-unavailable',
      `no user namespace can be made: ${error instanceof Error ? error.message : String(error)}`,
      {
        details: { hint: NAMESPACE_HINT },
        cause: error,
      },
    )
  }
}

export const NAMESPACE_HINT =
  'let users make namespaces (sysctl user.max_user_namespaces above 0, kernel.unprivileged_userns_clone=1, kernel.apparmor_restrict_unprivileged_userns=0), or use a container engine'

/** One write for each file, as the kernel wants it. Without the privilege to choose groups, they must be given up first. */
async function writeMaps(pid: number, mapping: Exclude<IdMapping, { kind: 'none' }>): Promise<void> {
  const write = async (file: string, text: string): Promise<void> =>
    writeFile(`/proc/${pid}/${file}`, text, { flag: 'r+' })
  if (mapping.kind === 'range') {
    await write('uid_map', `0 ${mapping.firstId} ${RANGE_SIZE}\n`)
    await write('gid_map', `0 ${mapping.firstId} ${RANGE_SIZE}\n`)
    return
  }
  await write('setgroups', 'deny')
  await write('uid_map', `0 ${mapping.uid} 1\n`)
  await write('gid_map', `0 ${mapping.gid} 1\n`)
}
