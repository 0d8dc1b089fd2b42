import { setTimeout as sleep } from 'node:timers/promises'
import { AppError, toAppError } from '../../contract/errors.ts'
import { processesIn, removeCgroups } from './cgroups.ts'
import { removePrivateTree } from './private-tree.ts'
import { hasEnded, type ProcessIdentity, readProcess } from './process-table.ts'
import { deleteRecord, isRunning, readRecord, sandboxFolder, type SandboxRecord } from './records.ts'

const GONE_WITHIN_MS = 10_000

/**
 * Ends a sandbox by force and removes all that its record names, the record last. Without a record at hand the one on disk
 * is used; nothing happens where there is none. Throws AppError.
 */
export async function removeSandbox(stateFolder: string, id: string, known?: SandboxRecord): Promise<void> {
  const record = known ?? readRecord(stateFolder, id)
  if (record === null) return
  try {
    if (typeof record === 'object') await endSandbox(record)
    await removePrivateTree(sandboxFolder(stateFolder, id))
    deleteRecord(stateFolder, id)
  } catch (error) {
    throw toAppError(error)
  }
}

async function endSandbox(record: SandboxRecord): Promise<void> {
  if (record.init !== null && isRunning(record)) await killInit(record.init)
  for (const pid of record.cgroups.flatMap(processesIn)) kill(pid)
  await removeCgroups(record.cgroups)
}

/** With the first process of its namespace the kernel ends all others; only then does it end itself. */
async function killInit(init: ProcessIdentity): Promise<void> {
  kill(init.pid)
  for (let waited = 0; !isGone(init); waited += 2) {
    if (waited > GONE_WITHIN_MS) throw new AppError('internal', `process ${init.pid} of the sandbox does not end`)
    await sleep(2)
  }
}

function isGone(process: ProcessIdentity): boolean {
  const entry = readProcess(process.pid)
  return entry === null || entry.startTime !== process.startTime || hasEnded(entry)
}

function kill(pid: number): void {
  try {
    if (pid > 1) process.kill(pid, 'SIGKILL')
  } catch {
    // It has ended meanwhile.
  }
}
