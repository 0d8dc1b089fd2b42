import { setTimeout as sleep } from 'node:timers/promises'
import { hasEnded, type ProcessEntry, type ProcessIdentity, readProcessTable } from './process-table.ts'

const POLL_MS = 10
/** A process that does not die of SIGKILL hangs in the kernel; waiting longer would not end it. */
const KILLED_WITHIN_MS = 10_000

/**
 * Ends a process with all that descends from it, whatever their groups and sessions: all are stopped, so that none can
 * fork out of sight, then told to terminate, and killed after the grace. What has been re-parented before the call stays;
 * what is re-parented by it does not. Resolves when all are gone.
 */
export async function endTree(root: ProcessIdentity, graceMs: number): Promise<void> {
  const tree = createTree(root)
  tree.freeze()
  tree.signalDescendants('SIGTERM')
  tree.thaw()
  const deadline = performance.now() + graceMs
  while (tree.refresh() && performance.now() < deadline) {
    tree.wakeRoot()
    await sleep(Math.max(1, Math.min(POLL_MS, deadline - performance.now())))
  }
  tree.freeze()
  const limit = performance.now() + KILLED_WITHIN_MS
  while (tree.refresh() && performance.now() < limit) {
    tree.signalDescendants('SIGKILL')
    tree.wakeRoot()
    await sleep(POLL_MS)
  }
}

interface ProcessTree {
  /** Stops all until no new one appears. */
  freeze(): void
  thaw(): void
  /** nsenter stops itself when it learns that its child was stopped. */
  wakeRoot(): void
  /** The root itself is nsenter, which collects its child and ends with it; it gets the signal only where it has none. */
  signalDescendants(signal: NodeJS.Signals): void
  /** Looks again; false when all have ended. */
  refresh(): boolean
}

function createTree(root: ProcessIdentity): ProcessTree {
  /** Once a member, always a member, so that a parent's end does not let its children go. */
  const members = new Map<number, ProcessIdentity>([[root.pid, root]])
  let living: readonly ProcessEntry[] = []

  function refresh(): boolean {
    const table = readProcessTable()
    for (const member of members.values()) {
      if (table.get(member.pid)?.startTime !== member.startTime) members.delete(member.pid)
    }
    let grown = true
    while (grown) {
      grown = false
      for (const entry of table.values()) {
        if (members.has(entry.pid) || !members.has(entry.parent)) continue
        members.set(entry.pid, entry)
        grown = true
      }
    }
    living = [...members.keys()].flatMap((pid) => table.get(pid) ?? []).filter((entry) => !hasEnded(entry))
    return living.length > 0
  }

  function freeze(): void {
    const stopped = new Set<number>()
    while (refresh()) {
      const running = living.filter((entry) => !stopped.has(entry.pid))
      if (running.length === 0) return
      for (const entry of running) {
        send(entry.pid, 'SIGSTOP')
        stopped.add(entry.pid)
      }
    }
  }

  const descendants = (): readonly ProcessEntry[] => living.filter((entry) => entry.pid !== root.pid)
  const wakeRoot = (): void => {
    if (living.some((entry) => entry.pid === root.pid)) send(root.pid, 'SIGCONT')
  }
  return {
    freeze,
    refresh,
    thaw() {
      for (const entry of descendants()) send(entry.pid, 'SIGCONT')
      wakeRoot()
    },
    wakeRoot,
    signalDescendants(signal) {
      const targets = descendants()
      for (const entry of targets.length > 0 ? targets : living) send(entry.pid, signal)
    },
  }
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    // 0 and below would mean whole groups.
    if (pid > 1) process.kill(pid, signal)
  } catch {
    // It has ended meanwhile.
  }
}
