import { lstatSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { FileEntry } from '../../contract/api/common.ts'

export interface FileList {
  readonly files: FileEntry[]
  /** There are more. */
  readonly truncated: boolean
}

const MAX_FILES = 5000
const MAX_DEPTH = 32

/** What stands below a directory, folders before what is in them; links are told of and not followed. */
export function listFilesBelow(directory: string): FileList {
  const files: FileEntry[] = []
  const visit = (path: string, depth: number): boolean => {
    for (const name of namesIn(join(directory, path))) {
      if (files.length >= MAX_FILES) return false
      const below = path === '' ? name : `${path}/${name}`
      const entry = toEntry(directory, below)
      if (entry === null) continue
      files.push(entry)
      if (entry.kind === 'directory' && (depth >= MAX_DEPTH || !visit(below, depth + 1))) return false
    }
    return true
  }
  return { truncated: !visit('', 1), files }
}

/** Names with a separator of another system in them cannot be asked for and are left out. */
function namesIn(directory: string): readonly string[] {
  try {
    return readdirSync(directory)
      .filter((name) => !name.includes('\\'))
      .sort()
  } catch {
    return []
  }
}

function toEntry(directory: string, path: string): FileEntry | null {
  const stats = lstatSync(join(directory, path), { throwIfNoEntry: false })
  if (stats === undefined) return null
  const kind = stats.isFile() ? 'file' : stats.isDirectory() ? 'directory' : 'other'
  return { path, kind, size: stats.isFile() ? stats.size : 0, modifiedAt: stats.mtime.toISOString() }
}
