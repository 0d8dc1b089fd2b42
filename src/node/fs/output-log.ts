import type { FileHandle } from 'node:fs/promises'
import { AppError } from '../../contract/errors.ts'
import type { OutputLog, WrittenOutput } from '../../core/job/ports.ts'
import { toStorageError } from '../storage-error.ts'
import type { Scrubber } from './scrub.ts'

/** An output log that others can wait for. */
export interface TrackedOutputLog extends OutputLog {
  /** Resolves when all that was written so far is in the file, or could not be. Never rejects. */
  settled(): Promise<void>
  /** Makes what is in the file survive a power cut. */
  sync(): Promise<void>
}

export interface OutputLogOptions {
  /** For messages. */
  readonly path: string
  /** Opens the file for appending; called once, with the first byte or `flush`. */
  readonly open: () => Promise<{ readonly handle: FileHandle; readonly size: number }>
  readonly scrubber: Scrubber
}

/** Bytes that may wait for the disk before the producer does. */
const MAX_WAITING_BYTES = 1024 * 1024

/** Appends raw bytes, secrets replaced. Chunks that come while the disk is busy go out together, without being copied. */
export function createOutputLog({ path, open, scrubber }: OutputLogOptions): TrackedOutputLog {
  const bytes = scrubber.bytes()
  let opening: Promise<FileHandle> | null = null
  let couldOpen = true
  let end = 0
  let waiting: Uint8Array[] = []
  let waitingBytes = 0
  let running: Promise<void> | null = null
  let closed = false

  async function openOnce(): Promise<FileHandle> {
    opening ??= open().then(
      ({ handle, size }) => {
        end = size
        return handle
      },
      (thrown: unknown) => {
        couldOpen = false
        throw thrown
      },
    )
    return opening
  }

  async function writeWaiting(): Promise<void> {
    try {
      const handle = await openOnce()
      while (waiting.length > 0) {
        const batch = waiting
        waiting = []
        await writeBatch(handle, batch)
      }
    } finally {
      // Here and not a tick later: a chunk that comes next must find that nobody writes any more.
      running = null
    }
  }

  async function writeBatch(handle: FileHandle, batch: Uint8Array[]): Promise<void> {
    try {
      await writeAll(handle, batch)
    } catch (thrown) {
      // What is left of the batch is tried again by the next write.
      waiting = [...batch, ...waiting]
      throw toStorageError(thrown, `write ${path}`)
    } finally {
      waitingBytes = waiting.reduce((sum, chunk) => sum + chunk.byteLength, 0)
    }
  }

  async function drain(): Promise<void> {
    if (waiting.length > 0) running ??= writeWaiting()
    await running
  }

  async function accept(data: Uint8Array): Promise<WrittenOutput> {
    if (closed) throw new AppError('internal', `output was written to ${path} after it was closed`)
    await openOnce()
    const from = end
    end += data.byteLength
    if (data.byteLength > 0) waiting.push(data)
    waitingBytes += data.byteLength
    return { from, to: end, data }
  }

  async function flush(): Promise<WrittenOutput> {
    const written = await accept(bytes.end())
    await running
    await drain()
    return written
  }

  return {
    async write(chunk) {
      // Here a failing disk shows: nothing more is taken before what waits is written.
      if (waitingBytes > MAX_WAITING_BYTES) await drain()
      const written = await accept(bytes.push(chunk))
      drain().catch(() => {})
      return written
    },
    flush,
    async settled() {
      await running?.catch(() => {})
    },
    async sync() {
      const handle = await opening
      await handle?.datasync().catch((thrown: unknown) => {
        throw toStorageError(thrown, `write ${path}`)
      })
    },
    async close() {
      // Whoever wrote was told that the file could not be opened: there is nothing to close.
      if (closed || !couldOpen) return
      try {
        await flush()
      } finally {
        closed = true
        if (couldOpen) await (await opening)?.close()
      }
    },
  }
}

/** Writes and removes from `chunks`, so that after a failure only what is missing is left in it. */
async function writeAll(handle: FileHandle, chunks: Uint8Array[]): Promise<void> {
  while (chunks.length > 0) {
    let { bytesWritten: left } = await handle.writev(chunks)
    while (left > 0) {
      const first = chunks[0]
      if (first === undefined) break
      if (first.byteLength > left) {
        chunks[0] = first.subarray(left)
        break
      }
      left -= first.byteLength
      chunks.shift()
    }
  }
}
