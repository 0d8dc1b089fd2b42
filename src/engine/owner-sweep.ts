import type { BackendName, ContainerBackend, ListedContainer } from '../core/environment/backend.ts'
import { isOfThisMachine, isOwnerAlive } from '../node/host/owner.ts'

export interface SweepReport {
  readonly removed: readonly { readonly backend: BackendName; readonly id: string; readonly name: string }[]
  /** Of living engines, of other machines, kept ones, and those whose labels cannot be read. */
  readonly left: number
}

/**
 * Removes containers of engines of this machine that are provably gone; when asked, also those that were kept, whose
 * engine has let go of them whether it still runs or not. A container that cannot be removed now is left for the next
 * sweep, as all are once the signal is aborted.
 */
export async function sweep(
  backend: ContainerBackend,
  options: { readonly kept: boolean; readonly signal?: AbortSignal },
): Promise<SweepReport> {
  const listed = await backend.list()
  const found = await findOrphans(listed, options)
  const orphans = options.signal?.aborted === true ? [] : found
  const results = await Promise.allSettled(orphans.map(async ({ id }) => backend.remove(id)))
  const removed = orphans.filter((_, index) => results[index]?.status === 'fulfilled')
  return {
    removed: removed.map(({ id, name }) => ({ backend: backend.name, id, name })),
    left: listed.length - removed.length,
  }
}

/** Those of the listed containers that no engine needs any more. */
export async function findOrphans(
  listed: readonly ListedContainer[],
  { kept }: { readonly kept: boolean },
): Promise<readonly ListedContainer[]> {
  const verdicts = await Promise.all(listed.map(async (container) => isOrphan(container, kept)))
  return listed.filter((_, index) => verdicts[index])
}

async function isOrphan(container: ListedContainer, kept: boolean): Promise<boolean> {
  if (container.labels === null) return container.abandoned === true
  const { owner } = container.labels
  return container.kept ? kept && (await isOfThisMachine(owner)) : !(await isOwnerAlive(owner))
}
