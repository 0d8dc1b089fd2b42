import type Database from 'better-sqlite3'
import { parseEventLine } from '../../core/job/event-line.ts'
import type { OutputRange } from '../../core/job/ports.ts'
import type { Printed } from '../../core/steps/recording.ts'
import type { EventBatch } from './protocol.ts'

/** The events of all streams, and where their output stands. */
export interface EventTable {
  put(batch: Omit<EventBatch, 'kind'>): void
  truncate(stream: string, lastSeq: number): void
  after(stream: string, afterSeq: number, limit: number): readonly string[]
  /** The same of these types alone; null: of all. */
  ofTypes(
    stream: string,
    query: { readonly types: readonly string[] | null; readonly afterSeq: number; readonly limit: number },
  ): readonly string[]
  last(stream: string, limit: number): readonly string[]
  ranges(stream: string, afterSeq: number): readonly OutputRange[]
  /** When the output stood where: some `most` places in order, the last one of each phase among them. */
  sampleOutput(stream: string, most: number): readonly Printed[]
  /** The event up to which none is missing; null: not even the first is here. */
  knownTo(stream: string): { readonly seq: number; readonly json: string } | null
  /** What was said of the stream's file when it was last compared. */
  stamp(stream: string): string | null
  setStamp(stream: string, stamp: string): void
  /** Names of a job's own stream and of its trials'. */
  streamsOf(jobName: string): readonly string[]
  deleteStream(stream: string): void
}

/** Rows per statement: crossing into SQLite costs more than a row does. */
const ROWS_AT_ONCE = 32

export function createEventTable(db: Database.Database): EventTable {
  const findStream = db.prepare<[string], number>('SELECT id FROM streams WHERE name = ?').pluck()
  const addStream = db.prepare<[string]>('INSERT INTO streams (name) VALUES (?)')
  const insertOne = db.prepare(insertRows(1))
  const insertMany = db.prepare(insertRows(ROWS_AT_ONCE))
  const insertRange = db.prepare('INSERT OR REPLACE INTO output VALUES (?, ?, ?, ?, ?)')
  const deleteEvents = db.prepare('DELETE FROM events WHERE stream = ? AND seq > ?')
  const deleteRanges = db.prepare('DELETE FROM output WHERE stream = ? AND seq > ?')
  const after = db
    .prepare<[number, number, number], string>(
      'SELECT json FROM events WHERE stream = ? AND seq > ? ORDER BY seq LIMIT ?',
    )
    .pluck()
  const ofTypes = db
    .prepare<[number, number, string, number], string>(
      'SELECT json FROM events WHERE stream = ? AND seq > ? AND type IN (SELECT value FROM json_each(?)) ORDER BY seq LIMIT ?',
    )
    .pluck()
  const last = db
    .prepare<[number, number], string>('SELECT json FROM events WHERE stream = ? ORDER BY seq DESC LIMIT ?')
    .pluck()
  const knownTo = db.prepare<[number], { seq: number; json: string }>(
    'SELECT seq, json FROM streams JOIN events ON stream = id AND seq = known_to WHERE id = ?',
  )
  // A batch that does not follow leaves a gap behind it: what comes after does not count before that is filled.
  const advance = db.prepare(
    'UPDATE streams SET known_to = max(known_to, @to) WHERE id = @stream AND known_to >= @from - 1',
  )
  const retreat = db.prepare('UPDATE streams SET known_to = min(known_to, ?) WHERE id = ?')
  const ranges = db.prepare<[number, number], OutputRange>(
    'SELECT seq, phase, from_byte AS "from", to_byte AS "to" FROM output WHERE stream = ? AND seq > ? ORDER BY seq',
  )
  const countOutput = db.prepare<[number], number>('SELECT count(*) FROM output WHERE stream = ?').pluck()
  const sample = db.prepare<{ stream: number; every: number }, Printed>(
    `SELECT places.seq, phase, at, to_byte AS "to" FROM (
       SELECT seq, phase, to_byte, row_number() OVER (ORDER BY seq) AS number,
         lead(phase) OVER (ORDER BY seq) IS NOT phase AS is_last
       FROM output WHERE stream = @stream
     ) AS places JOIN events ON stream = @stream AND events.seq = places.seq
     WHERE number % @every = 0 OR is_last ORDER BY places.seq`,
  )
  const stamp = db.prepare<[number], string | null>('SELECT stamp FROM streams WHERE id = ?').pluck()
  const setStamp = db.prepare('UPDATE streams SET stamp = ? WHERE id = ?')
  const names = db
    .prepare<[string, string, string], string>(
      "SELECT name FROM streams WHERE name = ? OR (name > ? || '/' AND name < ? || '0')",
    )
    .pluck()
  const deleteStream = db.prepare('DELETE FROM streams WHERE id = ?')

  function idOf(stream: string): number {
    return findStream.get(stream) ?? Number(addStream.run(stream).lastInsertRowid)
  }
  /** Without making one: 0 is no stream's. */
  function knownId(stream: string): number {
    return findStream.get(stream) ?? 0
  }

  return {
    put(batch) {
      const stream = idOf(batch.stream)
      let at = 0
      for (; at + ROWS_AT_ONCE <= batch.seqs.length; at += ROWS_AT_ONCE)
        insertMany.run(valuesOf(stream, batch, at, at + ROWS_AT_ONCE))
      for (; at < batch.seqs.length; at += 1) insertOne.run(valuesOf(stream, batch, at, at + 1))
      advance.run({ stream, from: batch.seqs[0] ?? 0, to: batch.seqs.at(-1) ?? 0 })
      for (const range of rangesIn(batch)) insertRange.run(stream, range.seq, range.phase, range.from, range.to)
    },
    truncate(stream, lastSeq) {
      const id = knownId(stream)
      for (const statement of [deleteEvents, deleteRanges]) statement.run(id, lastSeq)
      retreat.run(lastSeq, id)
    },
    after: (stream, afterSeq, limit) => after.all(knownId(stream), afterSeq, limit),
    ofTypes: (stream, { types, afterSeq, limit }) =>
      types === null
        ? after.all(knownId(stream), afterSeq, limit)
        : ofTypes.all(knownId(stream), afterSeq, JSON.stringify(types), limit),
    last: (stream, limit) => last.all(knownId(stream), limit).toReversed(),
    ranges: (stream, afterSeq) => ranges.all(knownId(stream), afterSeq),
    sampleOutput(stream, most) {
      const id = knownId(stream)
      return sample.all({ stream: id, every: Math.ceil(Math.max(1, countOutput.get(id) ?? 0) / most) })
    },
    knownTo: (stream) => knownTo.get(knownId(stream)) ?? null,
    stamp: (stream) => stamp.get(knownId(stream)) ?? null,
    setStamp: (stream, value) => void setStamp.run(value, idOf(stream)),
    streamsOf: (jobName) => names.all(jobName, jobName, jobName),
    deleteStream(stream) {
      const id = knownId(stream)
      for (const statement of [deleteEvents, deleteRanges]) statement.run(id, 0)
      deleteStream.run(id)
    },
  }
}

function insertRows(rows: number): string {
  return `INSERT OR REPLACE INTO events VALUES ${Array.from({ length: rows }, () => '(?, ?, ?, ?, ?)').join(', ')}`
}

function valuesOf(
  stream: number,
  batch: Omit<EventBatch, 'kind'>,
  from: number,
  to: number,
): readonly (string | number | undefined)[] {
  const values: (string | number | undefined)[] = []
  for (let at = from; at < to; at += 1)
    values.push(stream, batch.seqs[at], batch.types[at], batch.ats[at], batch.lines[at])
  return values
}

function* rangesIn({ types, lines }: Omit<EventBatch, 'kind'>): Generator<OutputRange> {
  for (const [at, type] of types.entries()) {
    if (type !== 'output.written') continue
    const event = parseEventLine(lines[at] ?? '')
    if (event?.type === 'output.written') yield { seq: event.seq, phase: event.phase, from: event.from, to: event.to }
  }
}
