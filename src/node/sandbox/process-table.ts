import { readdirSync, readFileSync } from 'node:fs'

/** A process of this host that cannot be mistaken for a later one with the same number. */
export interface ProcessIdentity {
  readonly pid: number
  /** In ticks since the start of the machine. */
  readonly startTime: string
}

export interface ProcessEntry extends ProcessIdentity {
  readonly parent: number
  /** One letter, as in /proc: `Z` has ended and waits to be collected, `T` is stopped. */
  readonly state: string
}

/** Every process that this process can see. Synchronous, so that the picture is as young as can be. */
export function readProcessTable(): ReadonlyMap<number, ProcessEntry> {
  const table = new Map<number, ProcessEntry>()
  for (const name of readdirSync('/proc')) {
    const entry = /^[0-9]+$/.test(name) ? readProcess(Number(name)) : null
    if (entry !== null) table.set(entry.pid, entry)
  }
  return table
}

export function readProcess(pid: number): ProcessEntry | null {
  let text: string
  try {
    text = readFileSync(`/proc/${pid}/stat`, 'latin1')
  } catch {
    return null
  }
  // The name stands in brackets and may hold anything, brackets too.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  const [state = '', parent = '0'] = fields
  return { pid, state, parent: Number(parent), startTime: fields[19] ?? '' }
}

/** Whether this very process still runs; one that is just ending counts as gone. */
export function isAlive(identity: ProcessIdentity): boolean {
  const entry = readProcess(identity.pid)
  if (entry === null || entry.startTime !== identity.startTime || hasEnded(entry)) return false
  try {
    // Its memory goes first when a process ends, and its command line with it.
    return readFileSync(`/proc/${identity.pid}/cmdline`).length > 0
  } catch {
    return false
  }
}

/** Whether any process was started with the word as an argument, or sees a mount that is named after `id`. */
export function mentionsOf(id: string, word: string): boolean {
  return [...readProcessTable().values()].some((entry) => {
    if (hasEnded(entry)) return false
    const { pid } = entry
    return readOf(pid, 'cmdline').split('\0').includes(word) || readOf(pid, 'mountinfo').includes(id)
  })
}

/** Empty where it has ended, or is none of ours to look at. */
function readOf(pid: number, name: string): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'latin1')
  } catch {
    return ''
  }
}

export function hasEnded(entry: ProcessEntry): boolean {
  return entry.state === 'Z' || entry.state === 'X'
}

/** Only child of a process, or null. */
export function onlyChildOf(pid: number): ProcessIdentity | null {
  const children = [...readProcessTable().values()].filter((entry) => entry.parent === pid)
  const child = children[0]
  return child === undefined || children.length > 1 ? null : { pid: child.pid, startTime: child.startTime }
}
