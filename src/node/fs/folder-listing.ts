import { type Dirent, existsSync, readdirSync } from 'node:fs'
import { errnoOf } from '../storage-error.ts'

const NO_FOLDER = new Set(['ENOENT', 'ENOTDIR', 'ELOOP'])

/**
 * What stands in folders, each listed once. Synchronous on purpose: reading a dataset takes hundreds of calls of
 * microseconds each, and asynchronous ones cost ten times that. Who reads many tasks gives way between them.
 */
export interface FolderListing {
  /** Throws the file system's error where the folder cannot be listed. */
  entries(folder: string): readonly Dirent[]
  /** Null where nothing stands at `folder/name`, or there is no such folder. */
  entry(folder: string, name: string): Dirent | null
  /** Whether something stands at `folder/path`; a link counts where its target exists. */
  exists(folder: string, path: string): boolean
}

export function createFolderListing(): FolderListing {
  const folders = new Map<string, readonly Dirent[]>()
  const entries = (folder: string): readonly Dirent[] => {
    const known = folders.get(folder) ?? readdirSync(folder, { withFileTypes: true })
    folders.set(folder, known)
    return known
  }
  const entry = (folder: string, name: string): Dirent | null => {
    try {
      return entries(folder).find((each) => each.name === name) ?? null
    } catch (error) {
      if (NO_FOLDER.has(errnoOf(error))) return null
      throw error
    }
  }
  return {
    entries,
    entry,
    exists(folder, path) {
      const at = path.lastIndexOf('/')
      const parent = at < 0 ? folder : `${folder}/${path.slice(0, at)}`
      const found = entry(parent, path.slice(at + 1))
      return found !== null && (!found.isSymbolicLink() || existsSync(`${folder}/${path}`))
    },
  }
}
