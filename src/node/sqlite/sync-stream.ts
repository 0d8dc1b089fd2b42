import { closeSync, fstatSync } from 'node:fs'
import type { StoredEvent } from '../../contract/events.ts'
import { headerOfLine, parseEventLine } from '../../core/job/event-line.ts'
import { findSeq, readLines } from '../read/event-lines.ts'
import { EVENTS_FILE } from '../read/layout.ts'
import { openBelow } from '../read/safe-read.ts'
import type { EventBatch } from './protocol.ts'
import type { Tables } from './tables.ts'

/** Events of one transaction; others get their turn between two. */
const EVENTS_AT_ONCE = 2000

/**
 * Brings the events of one stream to what its file says: adds what is missing, and starts over where what is known is
 * not what stands there. Safe beside the process that writes the stream.
 */
export function syncStream(tables: Tables, stream: string, directory: string): void {
  const file = openBelow(directory, [EVENTS_FILE])
  if (file === null) return forgetLost(tables, stream, directory)
  try {
    if (tables.events.stamp(stream) === stampOf(file).stamp) return
    const known = tables.events.knownTo(stream)
    // Looked at after what is known: an event is in the file before it is in the index.
    const { stamp, size } = stampOf(file)
    const from = known === null ? 0 : endOf(file, known, size)
    if (from === null) tables.atOnce(() => tables.events.deleteStream(stream))
    for (const batch of batchesOf(file, from ?? 0, size, stream)) tables.atOnce(() => tables.events.put(batch))
    tables.atOnce(() => tables.events.setStamp(stream, stamp))
  } finally {
    closeSync(file)
  }
}

/** The events of a file, as far as this version knows them. */
export function* eventsInFile(directory: string): Generator<StoredEvent> {
  const file = openBelow(directory, [EVENTS_FILE])
  if (file === null) return
  try {
    for (const { bytes } of readLines(file, 0)) {
      const event = parseEventLine(bytes.toString())
      if (event !== null) yield event
    }
  } finally {
    closeSync(file)
  }
}

function forgetLost(tables: Tables, stream: string, directory: string): void {
  if (tables.events.stamp(stream) === null && tables.events.knownTo(stream) === null) return
  tables.atOnce(() => {
    const file = openBelow(directory, [EVENTS_FILE])
    if (file === null) tables.events.deleteStream(stream)
    else closeSync(file)
  })
}

/** Where an event ends in the file; null where it does not stand there. */
function endOf(file: number, known: { readonly seq: number; readonly json: string }, size: number): number | null {
  const line = findSeq(file, known.seq, size)
  return line?.bytes.toString() === known.json ? line.end : null
}

function stampOf(file: number): { readonly stamp: string; readonly size: number } {
  const { ino, size, mtimeNs } = fstatSync(file, { bigint: true })
  return { stamp: `${ino}:${size}:${mtimeNs}`, size: Number(size) }
}

function* batchesOf(file: number, from: number, size: number, stream: string): Generator<EventBatch> {
  let batch = emptyBatch(stream)
  for (const { bytes } of readLines(file, from, size)) {
    const line = bytes.toString()
    const header = headerOfLine(line)
    if (header === null) continue
    const previous = batch.seqs.at(-1)
    if (previous !== undefined && header.seq !== previous + 1) {
      yield batch
      batch = emptyBatch(stream)
    }
    batch.seqs.push(header.seq)
    batch.types.push(header.type)
    batch.ats.push(header.at)
    batch.lines.push(line)
    if (batch.seqs.length < EVENTS_AT_ONCE) continue
    yield batch
    batch = emptyBatch(stream)
  }
  if (batch.seqs.length > 0) yield batch
}

function emptyBatch(stream: string): EventBatch {
  return { kind: 'events', stream, seqs: [], types: [], ats: [], lines: [] }
}
