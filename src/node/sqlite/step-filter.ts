import type Database from 'better-sqlite3'
import type { StepKind } from '../../contract/api/trials.ts'
import { callOf, FAILED, IS_ANSWER, IS_STEP, KIND } from './step-sql.ts'

/** Conditions on steps; all hold together, null and false say nothing. */
export interface StepFilter {
  readonly kinds: readonly StepKind[] | null
  /** Substring of what was said, thought, called or answered; case does not matter. */
  readonly text: string | null
  /** Only steps that ended with an error. */
  readonly errors: boolean
}

/** A step by its place in the stream and its number among the steps. */
export interface StepPlace {
  readonly seq: number
  readonly number: number
}

/** An event that a step begins or ends with, and what both have in common. */
interface StepEnd {
  readonly seq: number
  readonly call: string | null
}

/** So many are looked up one by one; for more, all calls are gone through once. */
const FEW = 1000
/** An answer may come after other calls were made: it belongs to one of so many steps before it. */
const CALLS_BEFORE = 50

/**
 * The steps that a filter leaves, in order. It reads what it has to look into once, in the database, and holds nothing
 * but numbers; what was found last is kept, as a list is asked for page by page.
 */
export function createStepFilter(db: Database.Database): (stream: number, filter: StepFilter) => readonly StepPlace[] {
  db.function('fold', { deterministic: true }, (text: unknown) => String(text).toLowerCase())
  const all = db
    .prepare<[number], number>(`SELECT seq FROM events INDEXED BY steps WHERE stream = ? AND ${IS_STEP} ORDER BY seq`)
    .pluck()
  const ofKinds = db
    .prepare<[number, string], number>(
      `SELECT seq FROM events INDEXED BY steps
       WHERE stream = ? AND ${IS_STEP} AND ${KIND} IN (SELECT value FROM json_each(?))`,
    )
    .pluck()
  const raised = db
    .prepare<[number], number>(
      `SELECT seq FROM events INDEXED BY steps WHERE stream = ? AND ${IS_STEP} AND type = 'error.raised'`,
    )
    .pluck()
  const failed = db.prepare<[number], StepEnd>(
    `SELECT seq, ${callOf('json')} AS call FROM events INDEXED BY failures WHERE stream = ? AND ${FAILED} ORDER BY seq`,
  )
  const calls = db.prepare<[number], StepEnd>(
    `SELECT seq, ${callOf('json')} AS call FROM events INDEXED BY steps
     WHERE stream = ? AND ${IS_STEP} AND type IN ('tool.called', 'command.started') ORDER BY seq`,
  )
  const last = db.prepare<[number], { seq: number; json: string }>(
    'SELECT seq, json FROM events WHERE stream = ? ORDER BY seq DESC LIMIT 1',
  )
  const callBefore = createCallFinder(db)
  let kept: { readonly key: string; readonly found: readonly StepPlace[] } | null = null

  /** The steps that these events end. */
  function callsOf(stream: number, ends: readonly StepEnd[]): readonly number[] {
    if (ends.length <= FEW) return ends.flatMap(({ seq }) => callBefore(stream, seq) ?? [])
    return nearestBefore(calls.all(stream), ends)
  }

  function find(stream: number, { kinds, text, errors }: StepFilter): readonly StepPlace[] {
    const sets: ReadonlySet<number>[] = []
    if (kinds !== null) sets.push(new Set(ofKinds.all(stream, JSON.stringify(kinds))))
    if (errors) sets.push(new Set([...raised.all(stream), ...callsOf(stream, failed.all(stream))]))
    if (text !== null) {
      const { own, answers } = mentions(db, text)
      sets.push(new Set([...own(stream), ...callsOf(stream, answers(stream))]))
    }
    return all.all(stream).flatMap((seq, number) => (sets.every((set) => set.has(seq)) ? [{ seq, number }] : []))
  }

  return (stream, filter) => {
    const key = JSON.stringify([stream, filter, last.get(stream) ?? null])
    if (kept?.key !== key) kept = { key, found: find(stream, filter) }
    return kept.found
  }
}

/** For each end the last call before it with its id. Both in order. */
function nearestBefore(calls: readonly StepEnd[], ends: readonly StepEnd[]): readonly number[] {
  const open = new Map<string | null, number>()
  let next = 0
  return ends.flatMap((end) => {
    for (let call = calls[next]; call !== undefined && call.seq < end.seq; call = calls[next]) {
      open.set(call.call, call.seq)
      next += 1
    }
    return open.get(end.call) ?? []
  })
}

/** Finds the step that an event is the end of; null where none of the steps before it is. */
export function createCallFinder(db: Database.Database): (stream: number, end: number) => number | null {
  const endAt = db.prepare<[number, number], { call: string | null; type: string }>(
    `SELECT ${callOf('json')} AS call, type FROM events WHERE stream = ? AND seq = ?`,
  )
  const call = db
    .prepare<[number, number, string, string], number>(
      `SELECT seq FROM (
         SELECT seq, type, json FROM events INDEXED BY steps
         WHERE stream = ? AND seq < ? AND ${IS_STEP} ORDER BY seq DESC LIMIT ${CALLS_BEFORE}
       ) WHERE type = ? AND ${callOf('json')} = ? LIMIT 1`,
    )
    .pluck()
  return (stream, end) => {
    const found = endAt.get(stream, end)
    if (found === undefined || found.call === null) return null
    const type = found.type === 'tool.returned' ? 'tool.called' : 'command.started'
    return call.get(stream, end, type, found.call) ?? null
  }
}

interface Mentions {
  /** Steps that have the text themselves, … */
  readonly own: (stream: number) => readonly number[]
  /** … and answers that have it. */
  readonly answers: (stream: number) => readonly StepEnd[]
}

/** A line without the text is passed over unread; in others only what is shown counts, not the names of fields. */
function mentions(db: Database.Database, text: string): Mentions {
  // SQLite's own lower() knows ASCII alone, and is much faster.
  const isAscii = !/[^\u0000-\u007f]/.test(text)
  const lower = isAscii ? 'lower' : 'fold'
  const folded = isAscii ? text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase()) : text.toLowerCase()
  const values = { raw: folded, escaped: JSON.stringify(folded).slice(1, -1) }
  const inLine = `instr(${lower}(json), @escaped) > 0`
  const inField = (field: string): string => `instr(${lower}(coalesce(json ->> '$.${field}', '')), @raw) > 0`
  const inArguments = `instr(${lower}(json ->> '$.arguments'), @escaped) > 0`
  const own = db
    .prepare<[{ readonly stream: number }], number>(
      `SELECT seq FROM events INDEXED BY steps WHERE stream = @stream AND ${IS_STEP} AND ${inLine} AND CASE type
         WHEN 'tool.called' THEN ${inField('name')} OR ${inArguments}
         WHEN 'command.started' THEN ${inField('command')} OR ${inField('purpose')}
         WHEN 'error.raised' THEN ${inField('exceptionType')} OR ${inField('message')}
         ELSE ${inField('text')} OR ${inField('reasoning')}
       END`,
    )
    .pluck()
  const answers = db.prepare<[{ readonly stream: number }], StepEnd>(
    `SELECT seq, ${callOf('json')} AS call FROM events INDEXED BY answers
       WHERE stream = @stream AND ${IS_ANSWER} AND ${inLine} AND ${inField('content')} ORDER BY seq`,
  )
  return {
    own: (stream) => own.all({ stream, ...values }),
    answers: (stream) => answers.all({ stream, ...values }),
  }
}
