import type { FileHandle } from 'node:fs/promises'
import { toStorageError } from '../storage-error.ts'

/** Text on its way to the end of a file, in order and in batches. */
export interface LineWriter<Item> {
  /** Returns at once. A failing disk shows in `flush`; what could not be written is kept and tried again by itself. */
  push(item: Item, line: string): void
  /** Resolves when all that was pushed is in the file; tries at once what could not be written. */
  flush(): Promise<void>
  /** From here on nothing is written but by `flush`. */
  dispose(): void
}

export interface LineWriterOptions<Item> {
  readonly handle: FileHandle
  /** For messages. */
  readonly path: string
  /** Where the file ends now. */
  readonly size: number
  /** Awaited before each batch; must not reject. */
  readonly before: () => Promise<void>
  /** Told of each item once its line is in the file, in order. Must not throw. */
  readonly onWritten: (item: Item, line: string) => void
}

interface Waiting<Item> {
  readonly item: Item
  readonly line: string
}

/** A line reaches the file this long after `push` at the latest. */
const WRITE_DELAY_MS = 20
/** After a failure it is tried again this often. */
const RETRY_DELAY_MS = 1000
/** Lines that wait are written at once when they are this many characters. */
const WRITE_LENGTH = 256 * 1024

export function createLineWriter<Item>({
  handle,
  path,
  size,
  before,
  onWritten,
}: LineWriterOptions<Item>): LineWriter<Item> {
  let waiting: Waiting<Item>[] = []
  let length = 0
  let end = size
  let timer: NodeJS.Timeout | undefined
  let running: Promise<void> | null = null
  let failed = false
  let disposed = false

  async function writeWaiting(): Promise<void> {
    try {
      while (waiting.length > 0) {
        const batch = waiting
        waiting = []
        length = 0
        await writeBatch(batch)
        for (const { item, line } of batch) onWritten(item, line)
      }
    } finally {
      // Here and not a tick later: a line that is pushed next must find that nobody writes any more.
      running = null
    }
  }

  async function writeBatch(batch: readonly Waiting<Item>[]): Promise<void> {
    try {
      await before()
      end = await writeAt(handle, batch.map(({ line }) => `${line}\n`).join(''), end)
      failed = false
    } catch (thrown) {
      waiting = [...batch, ...waiting]
      failed = true
      if (!disposed) timer ??= setTimeout(writeLater, RETRY_DELAY_MS)
      throw toStorageError(thrown, `write ${path}`)
    }
  }

  async function write(): Promise<void> {
    clearTimeout(timer)
    timer = undefined
    if (waiting.length > 0) running ??= writeWaiting()
    await running
  }

  /** A failure shows in the next flush. */
  const writeLater = (): void => void write().catch(() => {})

  return {
    push(item, line) {
      waiting.push({ item, line })
      length += line.length
      if (failed || running !== null) return
      if (length >= WRITE_LENGTH) writeLater()
      else timer ??= setTimeout(writeLater, WRITE_DELAY_MS)
    },
    async flush() {
      await running?.catch(() => {})
      await write()
    },
    dispose() {
      disposed = true
      clearTimeout(timer)
    },
  }
}

/** Writes at `position`, so that a repeated write covers what a failed one left. Returns where the file ends then. */
async function writeAt(handle: FileHandle, text: string, position: number): Promise<number> {
  const bytes = Buffer.from(text)
  try {
    for (let at = 0; at < bytes.length;) {
      const { bytesWritten } = await handle.write(bytes, at, bytes.length - at, position + at)
      at += bytesWritten
    }
  } catch (thrown) {
    await handle.truncate(position).catch(() => {})
    throw thrown
  }
  return position + bytes.length
}
