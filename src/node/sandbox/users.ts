import { AppError } from '../../contract/errors.ts'
import { RANGE_SIZE } from './id-mapping.ts'
import { type CommandIdentity, failureOf, type RunningSandbox, runInside } from './running.ts'

export interface SandboxUser {
  readonly uid: number
  readonly gid: number
  readonly home: string
}

const ROOT: SandboxUser = { uid: 0, gid: 0, home: '/root' }

/** A user of the sandbox by name or uid, as its own /etc/passwd has it; null where there is none. Throws AppError `unsupported`. */
export async function findUser(
  sandbox: RunningSandbox,
  root: CommandIdentity,
  user: string | number | undefined,
): Promise<SandboxUser | null> {
  if (user === undefined || user === 'root' || String(user) === '0') return ROOT
  const { code, output } = await runInside(sandbox, ['cat', '/etc/passwd'], root)
  if (code !== 0) throw failureOf(sandbox, 'the users of the sandbox could not be read', output)
  const found = lookUp(output, String(user))
  if (found !== null && found.uid !== 0 && (sandbox.mapping.kind === 'self' || found.uid >= RANGE_SIZE)) {
    throw new AppError('unsupported', `the sandbox cannot run a command as user ${user}: only root is mapped in it`, {
      details: { hint: 'run tbcc as root, or use a container engine' },
    })
  }
  return found
}

/** An id that no line names is its own user, in root's group and without a home, as in a container. */
export function lookUp(passwd: string, user: string): SandboxUser | null {
  for (const line of passwd.split('\n')) {
    const [name, , uid = '', gid = '', , home = ''] = line.split(':')
    if ((name === user || uid === user) && /^\d+$/.test(uid) && /^\d+$/.test(gid))
      return { uid: Number(uid), gid: Number(gid), home: home || '/' }
  }
  return /^\d{1,9}$/.test(user) ? { uid: Number(user), gid: 0, home: '/' } : null
}
