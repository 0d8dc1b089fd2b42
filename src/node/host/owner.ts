import { createHash, randomUUID } from 'node:crypto'
import { execFile } from 'node:child_process'
import { mkdir, readFile, readlink, writeFile } from 'node:fs/promises'
import { homedir, hostname } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { OwnerId } from '../../core/environment/backend.ts'
import { errnoOf } from '../storage-error.ts'

const run = promisify(execFile)

/** Who this process is, as containers and locks are labelled with it. */
export async function createOwnerId(): Promise<OwnerId> {
  const [machineId, bootId, startTime] = await Promise.all([readMachineId(), readBootId(), readStartTime(process.pid)])
  return { machineId, bootId, pid: process.pid, startTime: startTime ?? '' }
}

/**
 * Whether the process that an owner names still runs. False only where this is the same machine and the process is
 * provably gone; another machine's owner counts as alive.
 */
export async function isOwnerAlive(owner: OwnerId): Promise<boolean> {
  const [machineId, bootId] = await Promise.all([readMachineId(), readBootId()])
  if (owner.machineId !== machineId) return true
  // An unknown boot proves nothing.
  if (owner.bootId !== bootId) return owner.bootId === '' || bootId === ''
  if (!processExists(owner.pid)) return false
  const startTime = await readStartTime(owner.pid)
  if (startTime === GONE) return false
  return startTime === null || owner.startTime === '' || startTime === owner.startTime
}

/** Whether an owner is, or was, a process of this machine. */
export async function isOfThisMachine({ machineId }: OwnerId): Promise<boolean> {
  return machineId === (await readMachineId())
}

/** A process that has ended and only waits for its parent to notice. */
const GONE = 'gone'

function processExists(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (thrown) {
    return errnoOf(thrown) !== 'ESRCH'
  }
}

/**
 * Not the machine's own id but a hash of it, which says nothing about the machine elsewhere. A container that shares the
 * id of its host numbers processes on its own: it counts as a machine of its own.
 */
async function readMachineId(): Promise<string> {
  const id =
    (await readFirst(['/etc/machine-id', '/var/lib/dbus/machine-id'])) ?? `${hostname()} ${await readGeneratedId()}`
  const namespace = await readlink('/proc/self/ns/pid').catch(() => HOST_PID_NAMESPACE)
  const scope = namespace === HOST_PID_NAMESPACE ? '' : namespace
  return createHash('sha256').update(`tbcc machine ${id} ${scope}`).digest('hex').slice(0, 32)
}

/** What Linux calls the namespace that the machine itself started in. */
const HOST_PID_NAMESPACE = 'pid:[4026531836]'

async function readGeneratedId(): Promise<string> {
  const folder = join(process.env['XDG_STATE_HOME'] ?? join(homedir(), '.local', 'state'), 'tbcc')
  const path = join(folder, 'machine-id')
  try {
    await mkdir(folder, { recursive: true })
    // Only the first of several processes makes it.
    await writeFile(path, `${randomUUID()}\n`, { flag: 'wx' }).catch(() => {})
    return (await readFile(path, 'utf8')).trim()
  } catch {
    return ''
  }
}

async function readBootId(): Promise<string> {
  if (process.platform === 'linux') return (await readFirst(['/proc/sys/kernel/random/boot_id'])) ?? ''
  // Windows has none that a set clock could not change.
  return process.platform === 'darwin' ? output('sysctl', ['-n', 'kern.bootsessionuuid']) : ''
}

/** As the kernel counts it; null where it cannot be found out. */
async function readStartTime(pid: number): Promise<string | null> {
  if (process.platform === 'linux') {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null)
    // The name in parentheses may hold anything; the fields after it are plain.
    const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ')
    if (fields?.[0] === 'Z' || fields?.[0] === 'X') return GONE
    return fields?.[19] ?? null
  }
  if (process.platform === 'win32') return null
  return (await output('ps', ['-o', 'lstart=', '-p', String(pid)])) || null
}

async function output(command: string, args: readonly string[]): Promise<string> {
  return run(command, [...args], { timeout: 5000 }).then(
    ({ stdout }) => stdout.trim(),
    () => '',
  )
}

async function readFirst(paths: readonly string[]): Promise<string | null> {
  for (const path of paths) {
    const text = await readFile(path, 'utf8').catch(() => '')
    if (text.trim() !== '') return text.trim()
  }
  return null
}
