import { fstatSync, readSync } from 'node:fs'
import { seqOfLine } from '../../core/job/event-line.ts'

/** One whole line of an open file: bytes [start, end) of it, the newline included in `end` alone. */
export interface Line {
  readonly start: number
  readonly end: number
  readonly bytes: Buffer
}

const CHUNK_BYTES = 256 * 1024
/** Enough for a few lines: halving looks at one. */
const PEEK_BYTES = 16 * 1024
const NEWLINE = 10

/** The whole lines of [from, to); what follows the last newline is not one of them. */
export function* readLines(
  file: number,
  from: number,
  to = fstatSync(file).size,
  chunkBytes = CHUNK_BYTES,
): Generator<Line> {
  let start = from
  let rest: Buffer = Buffer.alloc(0)
  for (let at = from; at < to;) {
    const chunk = Buffer.allocUnsafe(Math.min(chunkBytes, to - at))
    const count = readSync(file, chunk, 0, chunk.length, at)
    if (count === 0) return
    at += count
    const data = rest.length === 0 ? chunk.subarray(0, count) : Buffer.concat([rest, chunk.subarray(0, count)])
    let open = 0
    for (let close = data.indexOf(NEWLINE); close !== -1; close = data.indexOf(NEWLINE, open)) {
      yield { start, end: start + close + 1 - open, bytes: data.subarray(open, close) }
      start += close + 1 - open
      open = close + 1
    }
    rest = data.subarray(open)
  }
}

/** The line of an event file with this seq, found by halving; null where it is not there or the file is damaged. */
export function findSeq(file: number, seq: number, size = fstatSync(file).size): Line | null {
  let low = 0
  let high = size
  while (low < high) {
    const middle = Math.floor((low + high) / 2)
    const line = lineFrom(file, middle, size)
    if (line === null || line.start >= high) {
      if (middle === low) return null
      high = middle
      continue
    }
    const found = seqOfLine(line.bytes.toString('latin1', 0, 40))
    if (found === seq) return line
    if (found === null) return null
    if (found < seq) low = line.end
    else high = middle
  }
  return null
}

/** The first line that starts at or after an offset. */
function lineFrom(file: number, offset: number, size: number): Line | null {
  if (offset === 0) return firstLine(readLines(file, 0, size, PEEK_BYTES))
  // The line that holds the byte before is skipped: the offset may stand in the middle of it.
  const skipped = firstLine(readLines(file, offset - 1, size, PEEK_BYTES))
  return skipped === null ? null : firstLine(readLines(file, skipped.end, size, PEEK_BYTES))
}

export function firstLine(lines: Iterable<Line>): Line | null {
  for (const line of lines) return line
  return null
}
