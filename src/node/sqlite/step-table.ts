import type Database from 'better-sqlite3'
import type { StepKind } from '../../contract/api/trials.ts'

export interface StepQuery {
  /** Null: all. */
  readonly kinds: readonly StepKind[] | null
  /** Substring of what was said or done; null: all. */
  readonly text: string | null
  readonly offset: number
  readonly limit: number
}

export interface StepPage {
  /** Steps that the query leaves. */
  readonly total: number
  readonly steps: readonly StepLines[]
  /** Number of the first step with an error, of all. */
  readonly firstError: number | null
}

/** The events of one step, as lines. */
export interface StepLines {
  /** From 0: which of the trial's steps. */
  readonly index: number
  readonly line: string
  /** What came of it: the answer of a tool, the end of a command; null: none yet. */
  readonly end: string | null
  /** Where the trial's output stood when it started, and before the next step; null: nothing was printed. */
  readonly outputFrom: number | null
  readonly outputTo: number | null
}

/** Steps of trials by their number, in streams of any length: nothing but what is asked for is read. */
export interface StepTable {
  page(stream: string, query: StepQuery): StepPage
  steps(stream: string, indices: readonly number[]): readonly StepLines[]
}

/** The very words of the index, without which SQLite would not use it. */
const IS_STEP = "type IN ('message.received', 'tool.called', 'command.started', 'error.raised')"

/** The kind of a step, as the screens name it. */
const KIND = `CASE type
  WHEN 'tool.called' THEN 'tool'
  WHEN 'command.started' THEN 'command'
  WHEN 'error.raised' THEN 'error'
  ELSE CASE json ->> '$.source'
    WHEN 'user' THEN 'user'
    WHEN 'system' THEN 'system'
    ELSE CASE WHEN json ->> '$.text' = '' THEN 'thought' ELSE 'message' END
  END
END`

const NUMBERED = `SELECT seq, type, json, row_number() OVER (ORDER BY seq) - 1 AS number
  FROM events INDEXED BY steps WHERE stream = ? AND ${IS_STEP}`

/** An answer may come after other calls were made: so many events are looked through for it. */
const ENDS_WITHIN = 2000

interface Numbered {
  readonly seq: number
  readonly type: string
  readonly json: string
  readonly number: number
}

export function createStepTable(db: Database.Database): StepTable {
  const findStream = db.prepare<[string], number>('SELECT id FROM streams WHERE name = ?').pluck()
  const count = db
    .prepare<[number], number>(`SELECT count(*) FROM events INDEXED BY steps WHERE stream = ? AND ${IS_STEP}`)
    .pluck()
  // The numbers are counted off in the index alone: with `json` asked for, every row passed over would be read.
  const seqAt = db
    .prepare<[number, number], number>(
      `SELECT seq FROM events INDEXED BY steps WHERE stream = ? AND ${IS_STEP} ORDER BY seq LIMIT 1 OFFSET ?`,
    )
    .pluck()
  const stepsFrom = db.prepare<[number, number, number], Omit<Numbered, 'number'>>(
    `SELECT seq, type, json FROM events INDEXED BY steps WHERE stream = ? AND seq >= ? AND ${IS_STEP} ORDER BY seq LIMIT ?`,
  )
  const next = db
    .prepare<[number, number], number>(
      `SELECT seq FROM events INDEXED BY steps WHERE stream = ? AND seq > ? AND ${IS_STEP} ORDER BY seq LIMIT 1`,
    )
    .pluck()
  const before = db
    .prepare<[number, number], number>(
      `SELECT count(*) FROM events INDEXED BY steps WHERE stream = ? AND seq < ? AND ${IS_STEP}`,
    )
    .pluck()
  const ends = db.prepare<[number, number, number, string], { json: string }>(
    'SELECT json FROM events WHERE stream = ? AND seq > ? AND seq <= ? AND type = ? ORDER BY seq',
  )
  const printed = db
    .prepare<[number, number], number>(
      'SELECT to_byte FROM output WHERE stream = ? AND seq < ? ORDER BY seq DESC LIMIT 1',
    )
    .pluck()
  const firstRaised = db
    .prepare<[number], number>(
      `SELECT seq FROM events INDEXED BY steps WHERE stream = ? AND ${IS_STEP} AND type = 'error.raised' ORDER BY seq LIMIT 1`,
    )
    .pluck()
  const firstFailed = db.prepare<[number, number], { seq: number; id: string }>(
    `SELECT seq, coalesce(json ->> '$.callId', json ->> '$.commandId') AS id
     FROM events INDEXED BY failures
     WHERE stream = ? AND seq < ? AND type IN ('tool.returned', 'command.finished')
       AND (json ->> '$.isError' = 1 OR json ->> '$.exitCode' <> 0) ORDER BY seq LIMIT 1`,
  )

  function inOrder(stream: number, limit: number, offset: number): Omit<Numbered, 'number'>[] {
    const seq = seqAt.get(stream, offset)
    return seq === undefined ? [] : stepsFrom.all(stream, seq, limit)
  }

  function endOf(stream: number, { seq, type, json }: Omit<Numbered, 'number'>): string | null {
    const wanted = ENDS[type]
    if (wanted === undefined) return null
    const id = idOf(json, wanted.key)
    for (const end of ends.iterate(stream, seq, seq + ENDS_WITHIN, wanted.type))
      if (idOf(end.json, wanted.key) === id) return end.json
    return null
  }

  function toLines(stream: number, step: Numbered): StepLines {
    const until = next.get(stream, step.seq) ?? Number.MAX_SAFE_INTEGER
    return {
      index: step.number,
      line: step.json,
      end: endOf(stream, step),
      outputFrom: printed.get(stream, step.seq) ?? null,
      outputTo: printed.get(stream, until) ?? null,
    }
  }

  function pageOf(stream: number, { kinds, text, offset, limit }: StepQuery): { total: number; steps: Numbered[] } {
    if (kinds === null && text === null) {
      const found = inOrder(stream, limit, offset)
      return {
        total: count.get(stream) ?? 0,
        steps: found.map((step, at) => ({ ...step, number: offset + at })),
      }
    }
    const conditions = [
      ...(kinds === null ? [] : [`${KIND} IN (SELECT value FROM json_each(?))`]),
      ...(text === null ? [] : ['instr(lower(json), lower(?)) > 0']),
    ].join(' AND ')
    const values = [...(kinds === null ? [] : [JSON.stringify(kinds)]), ...(text === null ? [] : [inJson(text)])]
    const from = `FROM (${NUMBERED}) WHERE ${conditions}`
    const total = db
      .prepare<(string | number)[], number>(`SELECT count(*) ${from}`)
      .pluck()
      .get(stream, ...values)
    const steps = db
      .prepare<(string | number)[], Numbered>(`SELECT * ${from} ORDER BY seq LIMIT ? OFFSET ?`)
      .all(stream, ...values, limit, offset)
    return { total: total ?? 0, steps }
  }

  function firstErrorOf(stream: number): number | null {
    const raised = firstRaised.get(stream) ?? null
    const failed = firstFailed.get(stream, raised ?? Number.MAX_SAFE_INTEGER)
    if (failed === undefined) return raised === null ? null : (before.get(stream, raised) ?? null)
    // The failure is told at its end: the step is the last one before it that it is the end of.
    const last = (before.get(stream, failed.seq) ?? 0) - 1
    const first = Math.max(0, last - LOOKED_BACK)
    const starts = inOrder(stream, LOOKED_BACK + 1, first)
    const at = starts.findLastIndex(
      ({ seq, type, json }) => seq < failed.seq && ENDS[type] !== undefined && idOf(json, ENDS[type].key) === failed.id,
    )
    return at === -1 ? Math.max(0, last) : first + at
  }

  return {
    page(name, query) {
      const stream = findStream.get(name) ?? 0
      const { total, steps } = pageOf(stream, query)
      return { total, steps: steps.map((step) => toLines(stream, step)), firstError: firstErrorOf(stream) }
    },
    steps(name, indices) {
      const stream = findStream.get(name) ?? 0
      return indices.flatMap((index) =>
        inOrder(stream, 1, index).map((step) => toLines(stream, { ...step, number: index })),
      )
    },
  }
}

/** Calls that are open at the same time. */
const LOOKED_BACK = 50

/** Which event ends a step, and what they have in common. */
const ENDS: Readonly<Record<string, { readonly type: string; readonly key: 'callId' | 'commandId' } | undefined>> = {
  'tool.called': { type: 'tool.returned', key: 'callId' },
  'command.started': { type: 'command.finished', key: 'commandId' },
}

function idOf(json: string, key: string): unknown {
  const value: unknown = JSON.parse(json)
  return typeof value === 'object' && value !== null && key in value
    ? Object.entries(value).find(([k]) => k === key)?.[1]
    : null
}

/** A text as it stands inside a line. */
function inJson(text: string): string {
  return JSON.stringify(text).slice(1, -1)
}
