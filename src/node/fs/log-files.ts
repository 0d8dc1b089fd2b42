import { closeSync, constants } from 'node:fs'
import { open, type FileHandle } from 'node:fs/promises'
import { parseEventLine } from '../../core/job/event-line.ts'
import { readLines } from '../read/event-lines.ts'
import { NO_FOLLOW, openBelow } from '../read/safe-read.ts'
import { toStorageError } from '../storage-error.ts'

/** Opens a file to append raw bytes to; `size` is where the next byte goes, at least `atLeast`. */
export async function openForAppending(
  path: string,
  atLeast = 0,
): Promise<{ readonly handle: FileHandle; readonly size: number }> {
  try {
    const handle = await open(path, constants.O_WRONLY | constants.O_CREAT | constants.O_APPEND | NO_FOLLOW, 0o644)
    const { size } = await handle.stat()
    // A power cut took bytes that events point at: a gap keeps what follows from standing in their place.
    if (size < atLeast) await handle.truncate(atLeast)
    return { handle, size: Math.max(size, atLeast) }
  } catch (thrown) {
    throw toStorageError(thrown, `open ${path}`)
  }
}

/** Where the output ends that the events of a stream point at. */
export function lastOutputEnd(directory: string, eventsFile: string): number {
  const file = openBelow(directory, [eventsFile])
  if (file === null) return 0
  let end = 0
  try {
    for (const { bytes } of readLines(file, 0)) {
      if (!bytes.includes(MARK)) continue
      const event = parseEventLine(bytes.toString())
      if (event?.type === 'output.written') end = Math.max(end, event.to)
    }
  } finally {
    closeSync(file)
  }
  return end
}

const MARK = '"type":"output.written"'
