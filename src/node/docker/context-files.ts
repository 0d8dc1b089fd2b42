import { createReadStream } from 'node:fs'
import { lstat, readdir, readlink } from 'node:fs/promises'
import { join } from 'node:path'

/** A file, folder or link of a build context, as root's: builders take no owners over. */
export interface ContextFile {
  /** Relative, with forward slashes. */
  readonly path: string
  readonly type: 'file' | 'directory' | 'symlink'
  /** Permissions with setuid and the like. */
  readonly mode: number
  readonly size: number
  readonly mtimeNs: bigint
  /** Of a link. */
  readonly linkname: string
  /** Of a file. */
  readonly open: () => AsyncIterable<unknown>
}

/** Files by their name in the context's root that stand in for its own or are added. */
export type Replaced = ReadonlyMap<string, Buffer>

/**
 * What of a directory is sent, in the order of a walk by bytes: each folder before what is in it. `isSent` decides by
 * path; a folder that is not sent itself is when something below it is. `mayHoldSent` spares the walk through folders.
 */
export async function* contextFiles(
  directory: string,
  replaced: Replaced,
  isSent: (path: string) => boolean,
  mayHoldSent: (folder: string) => boolean,
): AsyncGenerator<ContextFile> {
  yield* walk('', [])

  async function* walk(folder: string, unsent: ContextFile[]): AsyncGenerator<ContextFile> {
    const names = await readdir(join(directory, folder))
    const all = folder === '' ? [...new Set([...names, ...replaced.keys()])] : names
    for (const name of all.sort(byBytes)) {
      const path = folder === '' ? name : `${folder}/${name}`
      const stand = replaced.get(path)
      const file = stand === undefined ? await look(directory, path) : standIn(path, stand)
      if (file === null) continue
      const sent = isSent(path)
      if (sent) {
        // Folders that are only the way to something.
        yield* unsent.splice(0)
        yield file
      }
      if (file.type === 'directory' && (sent || mayHoldSent(path))) yield* walk(path, sent ? [] : [...unsent, file])
    }
  }
}
