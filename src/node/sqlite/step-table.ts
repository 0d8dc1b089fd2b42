import type Database from 'better-sqlite3'
import { createCallFinder, createStepFilter, type StepFilter } from './step-filter.ts'
import { FAILED, IS_STEP } from './step-sql.ts'

export interface StepQuery extends StepFilter {
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
  const firstFailed = db
    .prepare<[number, number], number>(
      `SELECT seq FROM events INDEXED BY failures WHERE stream = ? AND seq < ? AND ${FAILED} ORDER BY seq LIMIT 1`,
    )
    .pluck()
  const stepAt = db.prepare<[number, number], Omit<Numbered, 'number'>>(
    'SELECT seq, type, json FROM events WHERE stream = ? AND seq = ?',
  )
  const filterSteps = createStepFilter(db)
  const callBefore = createCallFinder(db)

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

  function pageOf(stream: number, { offset, limit, ...filter }: StepQuery): { total: number; steps: Numbered[] } {
    if (filter.kinds === null && filter.text === null && !filter.errors) {
      const found = inOrder(stream, limit, offset)
      return {
        total: count.get(stream) ?? 0,
        steps: found.map((step, at) => ({ ...step, number: offset + at })),
      }
    }
    const found = filterSteps(stream, filter)
    const steps = found.slice(offset, offset + limit).flatMap(({ seq, number }) => {
      const step = stepAt.get(stream, seq)
      return step === undefined ? [] : [{ ...step, number }]
    })
    return { total: found.length, steps }
  }

  function firstErrorOf(stream: number): number | null {
    const raised = firstRaised.get(stream) ?? null
    const failed = firstFailed.get(stream, raised ?? Number.MAX_SAFE_INTEGER)
    if (failed === undefined) return raised === null ? null : (before.get(stream, raised) ?? null)
    // The failure is told at its end: the step is the one that it is the end of, else the last one before it.
    const call = callBefore(stream, failed)
    return call === null ? Math.max(0, (before.get(stream, failed) ?? 0) - 1) : (before.get(stream, call) ?? null)
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
