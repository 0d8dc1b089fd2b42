import { extract, type Extract } from 'tar-stream'
import { AppError } from '../../contract/errors.ts'
import type { Archive } from '../../core/environment/backend.ts'
import { isSystemError, toStorageError } from '../storage-error.ts'
import { whole } from '../whole-archive.ts'
import { writableAgain } from '../write/writable-again.ts'

/** One entry of a tar, as it is written there: nothing of it can be trusted. */
export interface TarEntry {
  readonly name: string
  /** `file`, `directory`, `symlink`, `link` … */
  readonly type: string
  readonly size: number
  readonly mode: number
  readonly linkName: string
  /** The content; read it to the end or not at all. */
  readonly bytes: AsyncIterable<Uint8Array>
}

/**
 * Hands each entry of a tar stream to `take`, in order; what `take` has not read is passed over. Ends early when `take`
 * returns false. Codes: archive-refused for what is no tar, or was cut off; storage codes for what `take` meets; errors of
 * the archive itself pass through.
 */
export async function readTar(archive: Archive, take: (entry: TarEntry) => Promise<boolean>): Promise<void> {
  const reader = extract()
  const read: ReadSoFar = { entries: 0, contentBytes: 0 }
  let broken: unknown
  const feeding = feed(archive, reader, read).catch((thrown: unknown) => {
    broken = thrown
    reader.destroy(thrown instanceof Error ? thrown : new Error(String(thrown)))
  })
  try {
    for await (const source of reader) {
      read.entries += 1
      read.contentBytes += source.header.size
      if (!(await take(toEntry(source)))) return
      source.resume()
    }
    await feeding
  } catch (thrown) {
    throw broken ?? refuse(thrown)
  } finally {
    reader.destroy()
  }
  if (broken !== undefined) throw broken
}

function toEntry(source: RawEntry): TarEntry {
  const { name, type, size, mode, linkname } = source.header
  return {
    name,
    type: type ?? 'thing of an unknown kind',
    size,
    mode,
    linkName: linkname ?? '',
    bytes: bytesOf(source),
  }
}

/** The library's types leave out that these may be null. */
interface RawEntry extends AsyncIterable<unknown> {
  readonly header: Pick<TarEntry, 'name' | 'size' | 'mode'> & {
    readonly type: string | null
    readonly linkname: string | null
  }
}

async function* bytesOf(source: AsyncIterable<unknown>): AsyncGenerator<Uint8Array> {
  for await (const chunk of source) if (chunk instanceof Uint8Array) yield chunk
}

interface ReadSoFar {
  entries: number
  /** Of the entries so far, the last one whole. */
  contentBytes: number
}

/** What is no content (headers, padding, the end) may be this long; nothing but zeros could come forever. */
const MAX_OVERHEAD_BYTES = 32 * 1024 ** 2
const MAX_OVERHEAD_PER_ENTRY_BYTES = 16 * 1024

async function feed(archive: Archive, reader: Extract, read: ReadSoFar): Promise<void> {
  let bytes = 0
  for await (const chunk of whole(archive)) {
    if (reader.destroyed) return
    bytes += chunk.byteLength
    if (bytes - read.contentBytes > MAX_OVERHEAD_BYTES + read.entries * MAX_OVERHEAD_PER_ENTRY_BYTES)
      throw refuse('it does not end')
    if (!reader.write(chunk)) await writableAgain(reader)
  }
  if (!reader.destroyed) reader.end(null)
}

function refuse(thrown: unknown): AppError {
  if (thrown instanceof AppError || isSystemError(thrown))
    return toStorageError(thrown, 'unpack an archive from the container')
  const why = thrown instanceof Error ? thrown.message : String(thrown)
  return new AppError('archive-refused', `an archive from the container could not be read: ${why}`, { cause: thrown })
}
