import { constants } from 'node:fs'
import { lstat, open, readdir, readlink, realpath } from 'node:fs/promises'
import { join } from 'node:path'
import { pack, type Pack } from 'tar-stream'
import { AppError } from '../../contract/errors.ts'
import type { Archive } from '../../core/environment/backend.ts'
import { compareCodePoints } from '../../core/task/code-point-order.ts'
import { NO_FOLLOW, NO_WAIT } from '../read/safe-read.ts'
import { writableAgain } from '../write/writable-again.ts'
import { describeFsErrorAt } from './read-text.ts'

export interface ArchiveOptions {
  /** Folder in the archive that the content goes into; empty or absent: the top. */
  readonly prefix?: string
  /** Files, relative to the directory, that everyone may execute. */
  readonly executable?: readonly string[]
}

/**
 * A tar of a host directory's content for a container: owner root, modes and times kept, links kept as links, content
 * streamed. Sockets, pipes and devices are left out. Iterating throws AppError `invalid-input` where something cannot
 * be read or changes meanwhile; stopping early frees everything.
 */
export async function* archiveDirectory(
  directory: string,
  { prefix = '', executable = [] }: ArchiveOptions = {},
): Archive {
  const tar = pack()
  const filling = fill({ tar, executable: new Set(executable) }, directory, prefix).catch((error: unknown) => {
    tar.destroy(toAppError(error, directory))
  })
  try {
    // Leaving this loop, early too, ends the tar and with it the filling.
    for await (const chunk of tar) if (chunk instanceof Uint8Array) yield chunk
  } finally {
    await filling
  }
}

interface Filling {
  readonly tar: Pack
  /** Relative to the archived directory. */
  readonly executable: ReadonlySet<string>
}

async function fill(filling: Filling, directory: string, prefix: string): Promise<void> {
  const root = await realpath(directory)
  if (prefix !== '') await addBare(filling, root, { name: `${prefix}/`, type: 'directory' })
  await addContent(filling, { path: root, name: prefix === '' ? '' : `${prefix}/`, relative: '' })
  filling.tar.finalize()
}

/** A folder on the host, its name in the archive and below the archived directory; both end in `/` or are empty. */
interface Folder {
  readonly path: string
  readonly name: string
  readonly relative: string
}

async function addContent(filling: Filling, folder: Folder): Promise<void> {
  const entries = await readdir(folder.path, { withFileTypes: true })
  for (const entry of entries.sort((one, other) => compareCodePoints(one.name, other.name))) {
    const path = join(folder.path, entry.name)
    const name = folder.name + entry.name
    const relative = folder.relative + entry.name
    if (entry.isSymbolicLink()) await addBare(filling, path, { name, type: 'symlink', linkname: await readlink(path) })
    else if (entry.isFile()) await addFile(filling, { path, name, relative })
    else if (entry.isDirectory()) {
      await addBare(filling, path, { name: `${name}/`, type: 'directory' })
      await addContent(filling, { path, name: `${name}/`, relative: `${relative}/` })
    }
  }
}

type BareHeader = { readonly name: string } & (
  | { readonly type: 'directory' }
  | { readonly type: 'symlink'; readonly linkname: string }
)

/** An entry without content. */
async function addBare({ tar }: Filling, path: string, header: BareHeader): Promise<void> {
  const { mode, mtime } = await lstat(path)
  await new Promise<void>((resolve, reject) => {
    tar.entry({ ...header, ...ROOT, mode: mode & 0o7777, mtime }, (error) => (error ? reject(error) : resolve()))
  })
}

async function addFile({ tar, executable }: Filling, { path, name, relative }: Folder): Promise<void> {
  const handle = await open(path, constants.O_RDONLY | NO_FOLLOW | NO_WAIT)
  try {
    const { size, mode, mtime } = await handle.stat()
    const bits = (mode & 0o7777) | (executable.has(relative) ? 0o111 : 0)
    await new Promise<void>((resolve, reject) => {
      const sink = tar.entry({ name, ...ROOT, size, mode: bits, mtime }, (error) => (error ? reject(error) : resolve()))
      const copy = async (): Promise<void> => {
        for await (const chunk of size === 0 ? [] : handle.createReadStream({ autoClose: false, end: size - 1 })) {
          if (chunk instanceof Uint8Array && !sink.write(chunk)) await writableAgain(sink)
        }
        sink.end(null)
      }
      copy().catch(reject)
    })
  } finally {
    await handle.close()
  }
}

const ROOT = { uid: 0, gid: 0 }

function toAppError(error: unknown, directory: string): AppError {
  if (error instanceof AppError) return error
  return new AppError('invalid-input', `${directory} cannot be archived: ${describeFsErrorAt(error)}`, { cause: error })
}
