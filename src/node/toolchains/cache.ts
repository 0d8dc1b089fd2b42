import { rename, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { KEPT_UNUSED_DAYS } from '../../core/agent/toolchains.ts'
import { ownFoldersIn } from './own-folder.ts'
import { FACTS, type PartStore } from './part-store.ts'
import { bytesBelow, removeAbandoned } from './sweep.ts'
import { namesInUse } from './uses.ts'

/** The prepared toolchains of this user, those of other processes included. */
export interface ToolchainCache {
  measure(): Promise<ToolchainSize>
  /**
   * Removes parts that were not used for KEPT_UNUSED_DAYS and that no running process has used, and what processes that
   * are gone had begun.
   */
  clean(): Promise<CleanedToolchains>
}

export interface ToolchainSize {
  /** Absolute. */
  readonly path: string
  /** Of parts: a program, or the Node that programs share. */
  readonly count: number
  /** Also of what is being made. */
  readonly bytes: number
}

export interface CleanedToolchains {
  readonly removed: readonly CleanedPart[]
  /** Half-made ones. */
  readonly halfMade: number
  /** Of all that was removed. */
  readonly freedBytes: number
  /** Not used for long, and left: a process that runs has used them, or they could not be removed. */
  readonly left: number
}

export interface CleanedPart {
  readonly name: string
  readonly bytes: number
  /** UTC, as Date writes it. */
  readonly lastUsedAt: string
}

export function createToolchainCache(folder: string, store: PartStore): ToolchainCache {
  return {
    async measure() {
      const names = await store.names()
      const places = [...names.map((name) => join(folder, name)), ...(await ownFoldersIn(folder, 'making'))]
      let bytes = 0
      for (const place of places) bytes += await bytesBelow(place, 'all')
      return { path: folder, count: names.length, bytes }
    },
    async clean() {
      const halfMade = await removeAbandoned(folder)
      const old = await findUnused(folder, await store.names())
      const used = await namesInUse(folder)
      const removed = await removeParts(
        folder,
        store,
        old.filter(({ name }) => !used.has(name)),
      )
      return {
        removed,
        halfMade: halfMade.count,
        freedBytes: removed.reduce((sum, { bytes }) => sum + bytes, halfMade.bytes),
        left: old.length - removed.length,
      }
    },
  }
}

async function findUnused(folder: string, names: readonly string[]): Promise<readonly CleanedPart[]> {
  const found: CleanedPart[] = []
  for (const name of names) {
    const lastUsed = await lastUseOf(join(folder, name))
    if (lastUsed === null || Date.now() - lastUsed.getTime() <= KEPT_UNUSED_DAYS * DAY_MS) continue
    found.push({ name, bytes: await bytesBelow(join(folder, name), 'freed'), lastUsedAt: lastUsed.toISOString() })
  }
  return found
}

const DAY_MS = 24 * 60 * 60 * 1000

/** Null: nobody can say. */
async function lastUseOf(part: string): Promise<Date | null> {
  const { mtime } = await stat(join(part, FACTS)).catch(async () => stat(part).catch(() => ({ mtime: null })))
  return mtime
}

/** At one stroke each, so that no other process finds a half of one; those that could be removed. */
async function removeParts(
  folder: string,
  store: PartStore,
  parts: readonly CleanedPart[],
): Promise<readonly CleanedPart[]> {
  if (parts.length === 0) return []
  const moving = store.borrow(async (work) => {
    const removed: CleanedPart[] = []
    for (const part of parts) {
      const [place, aside] = [join(folder, part.name), join(work, part.name)]
      if (!(await isMoved(place, aside))) continue
      // Somebody took it up at the last moment.
      if ((await namesInUse(folder)).has(part.name)) await isMoved(aside, place)
      else removed.push(part)
    }
    return removed
  })
  // A folder that cannot be written: nothing of it was removed.
  return moving.catch(() => [])
}

/** False also where it stays: Windows moves nothing that is being read. */
async function isMoved(from: string, to: string): Promise<boolean> {
  return rename(from, to).then(
    () => true,
    () => false,
  )
}
