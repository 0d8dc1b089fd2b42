import { accessSync, constants, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type CgroupPlace, type Controller, CONTROLLERS, findPlaces } from './cgroup-places.ts'

/** What a sandbox may use at most; null: no limit. */
export interface Limits {
  readonly cpus: number | null
  readonly memoryMb: number | null
  readonly pids: number | null
}

/** The cgroups of one sandbox. */
export interface Cgroups {
  /** Folders, for the record of the sandbox. */
  readonly folders: readonly string[]
  /** cgroup.procs files; who writes 0 into each is under the limits. */
  readonly joinFiles: readonly string[]
  readonly enforced: Limits
  /** Folders to be seen in the sandbox, where programs look for their limits. */
  readonly views: readonly { readonly source: string; readonly target: string }[]
  /** In words, why a limit is not enforced. */
  readonly notEnforced: readonly string[]
  /** Whether the kernel has killed a process in it for want of memory. */
  oomKilled(): boolean
}

/**
 * Makes cgroups for the limits that this process may set; what it may not set is said, not thrown. `announce` is told of
 * each folder before it is made.
 */
export function createCgroups(
  name: string,
  limits: Limits,
  announce: (folder: string) => void,
  places = ownPlaces(),
): Cgroups {
  const folders = new Map<Controller, string>()
  const notEnforced: string[] = []
  for (const controller of CONTROLLERS) {
    const settings = settingsFor(controller, limits)
    if (settings === null) continue
    const problem = setLimit({ controller, name, settings, places: places[controller], folders, announce })
    if (problem !== null) notEnforced.push(`${settings.words}: ${problem}`)
  }
  const distinct = [...new Set(folders.values())]
  const memory = folders.get('memory')
  return {
    folders: distinct,
    joinFiles: distinct.map((folder) => join(folder, 'cgroup.procs')),
    enforced: {
      cpus: folders.has('cpu') ? limits.cpus : null,
      memoryMb: folders.has('memory') ? limits.memoryMb : null,
      pids: folders.has('pids') ? limits.pids : null,
    },
    views: toViews(folders, places),
    notEnforced,
    oomKilled: () => memory !== undefined && countOomKills(memory) > 0,
  }
}

/** As the hierarchies are mounted everywhere: one for all, or one for each controller. */
function toViews(folders: ReadonlyMap<Controller, string>, places: Places): Cgroups['views'] {
  const targets = [...folders].map(([controller, source]) => {
    const isUnified = places[controller].some((place) => place.version === 2)
    return [isUnified ? '/sys/fs/cgroup' : `/sys/fs/cgroup/${controller}`, source] as const
  })
  return [...new Map(targets)].map(([target, source]) => ({ source, target }))
}

/** Which limits could be set here; tried with cgroups that are removed at once. */
export function enforceableLimits(name: string, places = ownPlaces()): Readonly<Record<Controller, boolean>> {
  const { folders, enforced } = createCgroups(name, { cpus: 1, memoryMb: 64, pids: 64 }, () => undefined, places)
  for (const folder of folders) removeFolder(folder)
  return { cpu: enforced.cpus !== null, memory: enforced.memoryMb !== null, pids: enforced.pids !== null }
}

/**
 * Removes cgroups whose processes have been killed; the kernel may take a moment to let go of them. Resolves without them
 * having gone when something in them goes on.
 */
export async function removeCgroups(folders: readonly string[]): Promise<void> {
  for (const folder of folders) {
    for (let wait = 1; !removeFolder(folder) && wait < 1000; wait *= 2) await sleep(wait)
  }
}

/** Process numbers in a cgroup. */
export function processesIn(folder: string): readonly number[] {
  return readText(join(folder, 'cgroup.procs'))
    .split('\n')
    .filter((line) => line !== '')
    .map(Number)
}

type Settings = { readonly words: string; readonly v1: readonly Setting[]; readonly v2: readonly Setting[] }
/** A file, what is written, and whether the kernel may lack it. */
type Setting = readonly [file: string, value: string, optional?: 'optional']

const CPU_PERIOD_US = 100_000

/** As Docker sets them: as much swap again as memory. */
function settingsFor(controller: Controller, limits: Limits): Settings | null {
  if (controller === 'cpu') {
    if (limits.cpus === null) return null
    const quota = String(Math.max(1000, Math.round(limits.cpus * CPU_PERIOD_US)))
    const v1: Setting[] = [
      ['cpu.cfs_period_us', String(CPU_PERIOD_US)],
      ['cpu.cfs_quota_us', quota],
    ]
    return { words: `${limits.cpus} cpus`, v1, v2: [['cpu.max', `${quota} ${CPU_PERIOD_US}`]] }
  }
  if (controller === 'memory') {
    if (limits.memoryMb === null) return null
    const bytes = limits.memoryMb * 1024 ** 2
    const v1: Setting[] = [
      ['memory.limit_in_bytes', String(bytes)],
      ['memory.memsw.limit_in_bytes', String(2 * bytes), 'optional'],
    ]
    const v2: Setting[] = [
      ['memory.max', String(bytes)],
      ['memory.swap.max', String(bytes), 'optional'],
    ]
    return { words: `memory ${limits.memoryMb} MB`, v1, v2 }
  }
  if (limits.pids === null) return null
  const file: Setting[] = [['pids.max', String(limits.pids)]]
  return { words: `${limits.pids} processes`, v1: file, v2: file }
}

interface LimitRequest {
  readonly controller: Controller
  readonly name: string
  readonly settings: Settings
  readonly places: readonly CgroupPlace[]
  /** Made so far; the new one is added. */
  readonly folders: Map<Controller, string>
  readonly announce: (folder: string) => void
}

/** Tries the places in turn; null when the limit is set, else why it could not be. */
function setLimit({ controller, name, settings, places, folders, announce }: LimitRequest): string | null {
  let problem = 'there is no cgroup controller for it'
  for (const { version, parent } of places) {
    if (version === 2 && !controllersBelow(parent).includes(controller)) continue
    const folder = join(parent, name)
    const isNew = ![...folders.values()].includes(folder)
    try {
      // To move a process from our cgroup to that one takes the right to do so in the one above both.
      if (version === 2) accessSync(join(parent, 'cgroup.procs'), constants.W_OK)
      if (isNew) {
        announce(folder)
        mkdirSync(folder)
      }
      for (const [file, value, optional] of settings[`v${version}`])
        write(join(folder, file), value, optional === 'optional')
      folders.set(controller, folder)
      return null
    } catch (error) {
      problem = `no write access to ${version === 1 ? `the ${controller} cgroup` : 'a cgroup with it'} (${codeOf(error)})`
      if (isNew) removeFolder(folder)
    }
  }
  return problem
}

function write(file: string, value: string, optional: boolean): void {
  try {
    writeFileSync(file, value)
  } catch (error) {
    if (!optional) throw error
  }
}

function controllersBelow(folder: string): readonly string[] {
  return readText(join(folder, 'cgroup.subtree_control')).trim().split(' ')
}

/** True when it is gone. */
function removeFolder(folder: string): boolean {
  try {
    rmdirSync(folder)
    return true
  } catch (error) {
    return codeOf(error) === 'ENOENT'
  }
}

function countOomKills(folder: string): number {
  const text = readText(join(folder, 'memory.events')) + readText(join(folder, 'memory.oom_control'))
  return Number(/^oom_kill (\d+)$/m.exec(text)?.[1] ?? 0)
}

type Places = Readonly<Record<Controller, readonly CgroupPlace[]>>

function ownPlaces(): Places {
  return findPlaces(readText('/proc/self/mountinfo'), readText('/proc/self/cgroup'))
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error)
}
