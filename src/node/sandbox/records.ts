import { closeSync, fsyncSync, openSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import type { ListedContainer } from '../../core/environment/backend.ts'
import { isAlive, mentionsOf } from './process-table.ts'

const Owner = z.object({ machineId: z.string(), bootId: z.string(), pid: z.number(), startTime: z.string() })
const Labels = z.object({ jobId: z.string(), trialId: z.string(), owner: Owner })

/** What stays on disk about a sandbox, so that another engine can find and remove all of it. Written before any of it is made. */
const Record = z.object({
  id: z.string(),
  name: z.string(),
  labels: Labels,
  kept: z.boolean(),
  /** Boot of this machine that `init` counts in. */
  bootId: z.string(),
  /** The first process, once it runs. */
  init: z.object({ pid: z.number(), startTime: z.string() }).nullable(),
  cgroups: z.array(z.string()),
})

export type SandboxRecord = Readonly<z.infer<typeof Record>>

const ID = /^[0-9a-f]{64}$/

/** What a sandbox is called inside. */
export function hostNameOf(id: string): string {
  return id.slice(0, 12)
}

/** The private files of a sandbox. */
export function sandboxFolder(stateFolder: string, id: string): string {
  return join(stateFolder, id)
}

export function writeRecord(stateFolder: string, record: SandboxRecord): void {
  const path = recordPath(stateFolder, record.id)
  const file = openSync(`${path}.new`, 'w', 0o600)
  try {
    writeFileSync(file, JSON.stringify(record))
    // Else a power cut may leave the new name with nothing in it.
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
  renameSync(`${path}.new`, path)
}

/** `cut` when there is one that says nothing, `unknown` when it says what this version does not know; null when there is none. */
export function readRecord(stateFolder: string, id: string): SandboxRecord | 'cut' | 'unknown' | null {
  if (!ID.test(id)) return null
  let text: string
  try {
    text = readFileSync(recordPath(stateFolder, id), 'utf8')
  } catch {
    return null
  }
  let told: unknown
  try {
    told = JSON.parse(text)
  } catch {
    return 'cut'
  }
  const { data } = Record.safeParse(told)
  return data ?? 'unknown'
}

export function deleteRecord(stateFolder: string, id: string): void {
  rmSync(recordPath(stateFolder, id), { force: true })
  rmSync(`${recordPath(stateFolder, id)}.new`, { force: true })
}

export function listRecords(stateFolder: string): readonly ListedContainer[] {
  let names: readonly string[]
  try {
    names = readdirSync(stateFolder)
  } catch {
    return []
  }
  const ids = names.filter((name) => name.endsWith('.json')).map((name) => name.slice(0, -'.json'.length))
  return ids.flatMap((id): ListedContainer[] => {
    const record = readRecord(stateFolder, id)
    if (record === null) return []
    if (typeof record === 'string') return [ofNoName(id, record)]
    return [{ id, name: record.name, labels: record.labels, kept: record.kept, running: isRunning(record) }]
  })
}

/** With a record that was cut short its engine has gone, too; its processes can be told by what they were started with. */
function ofNoName(id: string, record: 'cut' | 'unknown'): ListedContainer {
  const running = mentionsOf(id, hostNameOf(id))
  return { id, name: id, labels: null, kept: false, running, abandoned: record === 'cut' && !running }
}

/** Whether the first process of a record still runs, in this boot. */
export function isRunning(record: SandboxRecord): boolean {
  return record.init !== null && record.bootId === currentBootId() && isAlive(record.init)
}

export function currentBootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
  } catch {
    return 'unknown'
  }
}

function recordPath(stateFolder: string, id: string): string {
  return join(stateFolder, `${id}.json`)
}
