import type { Archive } from '../environment/backend.ts'

/** What agents and the verifier may read of the host: task folders and files that the user named. */
export interface HostTree {
  /** Text of a file that the user named; AppError `not-found` where it is missing. */
  readText(path: string): Promise<string>
  /** Whether a regular file stands at the path. */
  isFile(path: string): Promise<boolean>
  /** A tar of a directory's content for a container: owner root, modes kept, `executable` paths made executable. */
  archive(directory: string, options: { readonly prefix: string; readonly executable?: readonly string[] }): Archive
  /** A tar of the given entries. A directory's path ends in `/`. */
  archiveOf(entries: readonly ArchiveEntry[]): Archive
}

export interface ArchiveEntry {
  readonly path: string
  readonly mode: number
  /** Absent for a directory. */
  readonly content?: string | Uint8Array
}
