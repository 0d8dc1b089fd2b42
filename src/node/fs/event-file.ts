import { closeSync, constants, fdatasyncSync, fstatSync, ftruncateSync, openSync, readSync, writeSync } from 'node:fs'
import { headerOfLine } from '../../core/job/event-line.ts'
import { firstLine, readLines, type Line } from '../read/event-lines.ts'
import { NO_FOLLOW } from '../read/safe-read.ts'
import { errnoOf, toStorageError } from '../storage-error.ts'

/** A stream's file as it is safe to go on with. */
export interface RecoveredEvents {
  /** Bytes of whole events; the file ends here. */
  readonly size: number
  /** 0: none yet. */
  readonly lastSeq: number
}

/** Each event's line is checked this far back; what is older was synced when a phase ended. */
const CHECKED_BYTES = 16 * 1024 * 1024

/**
 * Makes a stream's file end with its last whole event. A process that was killed or a power cut may have left half a
 * line, or zeros where the disk had not got the bytes yet: what was complete before that stays. Where whole events
 * stand behind the damage, the cut part is kept beside the file (`….damaged-<n>`).
 */
export function recoverEventFile(path: string): RecoveredEvents {
  try {
    const file = openSync(path, constants.O_RDWR | constants.O_CREAT | NO_FOLLOW, 0o644)
    try {
      return recover(file, path)
    } finally {
      closeSync(file)
    }
  } catch (thrown) {
    throw toStorageError(thrown, `open ${path}`)
  }
}

function recover(file: number, path: string): RecoveredEvents {
  const size = fstatSync(file).size
  const whole = lastWhole(file, size)
  if (whole.size === size) return whole
  const rest = readRange(file, whole.size, size)
  const written = withoutZeros(rest)
  const isWhole = headerOf(written)?.seq === whole.lastSeq + 1
  if (!isWhole && holdsEvents(rest)) keepBeside(path, rest)
  const kept = whole.size + (isWhole ? written.length : 0)
  ftruncateSync(file, kept)
  if (isWhole) writeSync(file, '\n', kept)
  fdatasyncSync(file)
  return isWhole ? { size: kept + 1, lastSeq: whole.lastSeq + 1 } : whole
}

function withoutZeros(rest: Buffer): Buffer {
  let end = rest.length
  while (end > 0 && rest[end - 1] === 0) end -= 1
  return rest.subarray(0, end)
}

/** The last event before any damage: lines are followed as long as each is whole and carries the next seq. */
function lastWhole(file: number, size: number): RecoveredEvents {
  if (size > CHECKED_BYTES) {
    const first = firstLine(readLines(file, size - CHECKED_BYTES, size))
    const found = first === null ? null : follow(file, first.end, size, null)
    if (found !== null) return found
  }
  return follow(file, 0, size, 0) ?? { size: 0, lastSeq: 0 }
}

/** Null: not even the first line is whole. `before`: the seq in front of it, or null for any. */
function follow(file: number, from: number, size: number, before: number | null): RecoveredEvents | null {
  let last: RecoveredEvents | null = null
  for (const line of readLines(file, from, size)) {
    const seq = headerOf(line.bytes)?.seq
    const expected: number | null = last === null ? before : last.lastSeq
    if (seq === undefined || (expected !== null && seq !== expected + 1)) break
    last = { size: line.end, lastSeq: seq }
  }
  return last
}

function headerOf(bytes: Line['bytes']): ReturnType<typeof headerOfLine> {
  return bytes.includes(0) ? null : headerOfLine(bytes.toString())
}

function holdsEvents(rest: Buffer): boolean {
  return rest
    .toString()
    .split('\n')
    .some((line) => headerOfLine(line.replaceAll('\0', '')) !== null)
}

function keepBeside(path: string, rest: Buffer): void {
  for (let n = 1; ; n += 1) {
    try {
      const file = openSync(
        `${path}.damaged-${n}`,
        constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | NO_FOLLOW,
        0o644,
      )
      try {
        for (let at = 0; at < rest.length;) at += writeSync(file, rest, at)
        fdatasyncSync(file)
      } finally {
        closeSync(file)
      }
      return
    } catch (thrown) {
      if (errnoOf(thrown) !== 'EEXIST') throw thrown
    }
  }
}

function readRange(file: number, from: number, to: number): Buffer {
  const bytes = Buffer.allocUnsafe(to - from)
  let filled = 0
  while (filled < bytes.length) {
    const count = readSync(file, bytes, filled, bytes.length - filled, from + filled)
    if (count === 0) break
    filled += count
  }
  return bytes.subarray(0, filled)
}
