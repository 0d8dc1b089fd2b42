import { createHash } from 'node:crypto'
import { constants, createReadStream, createWriteStream } from 'node:fs'
import { lstat, open, readdir, readlink } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip, createGzip } from 'node:zlib'
import { pack, type Pack } from 'tar-stream'
import type { Archive } from '../../core/environment/backend.ts'
import { NO_FOLLOW, NO_WAIT } from '../read/safe-read.ts'
import { writableAgain } from '../write/writable-again.ts'
import { readTar } from './tar-entries.ts'

/** What went into an archive: for each entry its kind and a digest of its content. */
export type Packed = ReadonlyMap<string, string>

/** Writes a directory as a gzipped tar whose top folder is `name`. Links go in as links; devices and pipes stay out. */
export async function packDirectory(directory: string, name: string, path: string): Promise<Packed> {
  const packed = new Map<string, string>()
  const archive = pack()
  const adding = addDirectory({ archive, packed }, directory, name).then(
    () => archive.finalize(),
    (thrown: unknown) => archive.destroy(thrown instanceof Error ? thrown : new Error(String(thrown))),
  )
  // Level 1: these are kept for the rare look back, and a retry waits for them.
  await pipeline(
    Readable.from(archive),
    createGzip({ level: 1 }),
    createWriteStream(path, { flags: 'wx', mode: 0o644 }),
  )
  await adding
  return packed
}

/** Whether an archive on disk holds exactly this. */
export async function verifyPacked(path: string, packed: Packed): Promise<boolean> {
  const found = new Map<string, string>()
  await pipeline(createReadStream(path), createGunzip(), async (archive: Archive) =>
    readTar(archive, async ({ name, type, linkName, bytes }) => {
      found.set(name.replace(/\/$/, ''), type === 'file' ? await digestOf(bytes) : `${type} ${linkName}`)
      return true
    }),
  )
  return found.size === packed.size && [...packed].every(([name, content]) => found.get(name) === content)
}

interface Packing {
  readonly archive: Pack
  readonly packed: Map<string, string>
}

async function addDirectory(packing: Packing, directory: string, name: string): Promise<void> {
  await addBare(packing, directory, { name, type: 'directory', linkname: '' })
  const entries = await readdir(directory, { withFileTypes: true })
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(directory, entry.name)
    const entryName = `${name}/${entry.name}`
    if (entry.isDirectory()) await addDirectory(packing, path, entryName)
    else if (entry.isFile()) await addFile(packing, path, entryName)
    else if (entry.isSymbolicLink())
      await addBare(packing, path, { name: entryName, type: 'symlink', linkname: await readlink(path) })
  }
}

/** An entry without content. */
async function addBare(
  { archive, packed }: Packing,
  path: string,
  header: { name: string; type: 'directory' | 'symlink'; linkname: string },
): Promise<void> {
  const { mode, mtime } = await lstat(path)
  await new Promise<void>((resolve, reject) => {
    archive.entry({ ...header, mode: mode & 0o777, mtime }, (error) => (error ? reject(error) : resolve()))
  })
  packed.set(header.name, `${header.type} ${header.linkname}`)
}

async function addFile({ archive, packed }: Packing, path: string, name: string): Promise<void> {
  const handle = await open(path, constants.O_RDONLY | NO_FOLLOW | NO_WAIT)
  try {
    const { size, mode, mtime } = await handle.stat()
    const hash = createHash('sha256')
    await new Promise<void>((resolve, reject) => {
      const sink = archive.entry({ name, size, mode: mode & 0o777, mtime }, (error) =>
        error ? reject(error) : resolve(),
      )
      const copy = async (): Promise<void> => {
        for await (const chunk of handle.createReadStream({ autoClose: false, start: 0, end: Math.max(0, size - 1) })) {
          if (size === 0 || !(chunk instanceof Uint8Array)) break
          hash.update(chunk)
          if (!sink.write(chunk)) await writableAgain(sink)
        }
        sink.end(null)
      }
      copy().catch(reject)
    })
    packed.set(name, hash.digest('hex'))
  } finally {
    await handle.close()
  }
}

async function digestOf(bytes: AsyncIterable<Uint8Array>): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of bytes) hash.update(chunk)
  return hash.digest('hex')
}
