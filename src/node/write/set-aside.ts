import { link, rm } from 'node:fs/promises'
import { errnoOf, toStorageError } from '../storage-error.ts'

/** More damaged files than that are no accident; the last name is then taken again. */
const MOST = 99

/** Moves a file that cannot be read out of the way, as `<path>.corrupt-<n>`; its new path. */
export async function setAside(path: string): Promise<string> {
  for (let n = 1; ; n += 1) {
    const kept = `${path}.corrupt-${n}`
    try {
      if (n === MOST) await rm(kept, { force: true })
      // A link fails where the name is taken; renaming would replace what was kept before.
      await link(path, kept)
      await rm(path)
      return kept
    } catch (thrown) {
      if (errnoOf(thrown) !== 'EEXIST' || n >= MOST) throw toStorageError(thrown, `keep ${path} aside`)
    }
  }
}
