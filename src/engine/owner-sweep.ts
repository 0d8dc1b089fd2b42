import type { BackendName, ContainerBackend, ListedContainer } from '../core/environment/backend.ts'
import { isOwnerAlive } from '../node/fs/owner.ts'

export interface SweepReport {
  readonly removed: readonly { readonly backend: BackendName; readonly id: string; readonly name: string }[]
  /** Of living engines, of other machines, kept ones, and those whose labels cannot be read. */
  readonly left: number
}

/**
 * Removes containers of engines of this machine that are provably gone. Kept ones only when asked. A container that
 * cannot be removed now is left for the next sweep.
 */
export async function sweep(backend: ContainerBackend, options: { readonly kept: boolean }): Promise<SweepReport> {
  const listed = await backend.list()
  const verdicts = await Promise.all(
    listed.map(async (container) => ({ container, orphan: await isOrphan(container, options.kept) })),
  )
  const orphans = verdicts.filter(({ orphan }) => orphan).map(({ container }) => container)
  const results = await Promise.allSettled(orphans.map(async ({ id }) => backend.remove(id)))
  const removed = orphans.filter((_, index) => results[index]?.status === 'fulfilled')
  return {
    removed: removed.map(({ id, name }) => ({ backend: backend.name, id, name })),
    left: listed.length - removed.length,
  }
}

async function isOrphan(container: ListedContainer, kept: boolean): Promise<boolean> {
  if (container.labels === null || (container.kept && !kept)) return false
  return !(await isOwnerAlive(container.labels.owner))
}
