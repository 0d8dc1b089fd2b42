import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import Database from 'better-sqlite3'
import type { TrialEventBody } from '../src/contract/events.ts'
import { stampEvent, toEventLine } from '../src/core/job/event-line.ts'
import { createClock } from '../src/node/clock.ts'
import { openEventLog } from '../src/node/fs/event-log.ts'
import { createScrubber } from '../src/node/fs/scrub.ts'
import { createIndexStore } from '../src/node/sqlite/sqlite-store.ts'
import { alternate, median } from './measure.ts'
import type { BenchRow } from './row.ts'

const EVENTS = 100_000
const BATCH = 1000
const ROUNDS = 5

const TRIALS = 20
const EVENTS_PER_TRIAL = 100_000
const READ_TARGET_MS = 5

/** Events from `append` to the index, and the newest of one trial among two million. */
export async function benchEvents(): Promise<readonly BenchRow[]> {
  return [await benchWriting(), await benchReading()]
}

async function benchWriting(): Promise<BenchRow> {
  const bodies = Array.from({ length: EVENTS }, (_, index) => bodyOf(index + 1))
  const { ours, baseline } = await alternate(
    ROUNDS,
    async () => inFolder(async (folder) => perSecond(async () => writeThroughJournal(folder, bodies))),
    async () => inFolder(async (folder) => insertBare(folder, bodies)),
  )
  return {
    name: 'events through the journal to SQLite',
    baseline: 'bare batched inserts of the same rows',
    baselineValue: baseline,
    ourValue: ours,
    unit: 'events/s',
    higherIsBetter: true,
    gate: 0.5,
    note: 'ours also makes the lines, looks for a secret and writes the file',
  }
}

/** From the first event to the last one in the index; opening and closing are not counted. */
async function writeThroughJournal(
  folder: string,
  bodies: readonly TrialEventBody[],
): Promise<{ count: number; elapsedMs: number }> {
  writeLines(join(folder, 'job'), 1)
  mkdirSync(join(folder, 'job', 'trial'))
  const store = createIndexStore(folder, { isHeld: async () => false })
  const log = await openEventLog<TrialEventBody>({
    path: join(folder, 'job', 'trial', 'tbcc.events.jsonl'),
    stream: 'job/trial',
    clock: createClock(),
    redactor: createScrubber(['a secret of this run']),
    index: store,
  })
  await store.flush()
  const start = performance.now()
  for (const [index, body] of bodies.entries()) {
    log.append(body)
    if (index % BATCH === BATCH - 1) await log.flush()
  }
  await log.flush()
  await store.flush()
  const elapsedMs = performance.now() - start
  const [last] = await store.lastEvents('job/trial', 1)
  if (last?.seq !== bodies.length) throw new Error(`the index ends with ${last?.seq ?? 'nothing'}`)
  await log.close()
  await store.close()
  return { count: bodies.length, elapsedMs }
}

async function insertBare(folder: string, bodies: readonly TrialEventBody[]): Promise<number> {
  const at = createClock().timestamp()
  const rows = bodies.map((body, index) => [1, index + 1, body.type, at, toEventLine(stampEvent(index + 1, at, body))])
  const db = new Database(join(folder, 'bare.db'))
  db.pragma('journal_mode = WAL')
  db.pragma('synchronous = NORMAL')
  db.exec(
    'CREATE TABLE events (stream INTEGER NOT NULL, seq INTEGER NOT NULL, type TEXT NOT NULL, at TEXT NOT NULL, ' +
      'json TEXT NOT NULL, PRIMARY KEY (stream, seq)) WITHOUT ROWID',
  )
  const insert = db.prepare('INSERT INTO events VALUES (?, ?, ?, ?, ?)')
  const insertBatch = db.transaction((from: number) => {
    for (const row of rows.slice(from, from + BATCH)) insert.run(row)
  })
  const start = performance.now()
  for (let from = 0; from < rows.length; from += BATCH) insertBatch(from)
  const elapsedMs = performance.now() - start
  db.close()
  return (rows.length / elapsedMs) * 1000
}

async function benchReading(): Promise<BenchRow> {
  return inFolder(async (folder) => {
    for (let trial = 1; trial <= TRIALS; trial += 1) writeLines(join(folder, 'job', `trial-${trial}`), EVENTS_PER_TRIAL)
    writeLines(join(folder, 'job'), 1)
    const store = createIndexStore(folder, { isHeld: async () => false })
    const indexing = performance.now()
    const { events } = await store.rebuild()
    const indexedPerSecond = Math.round((events / (performance.now() - indexing)) * 1000)
    const elapsed: number[] = []
    for (let trial = 1; trial <= TRIALS; trial += 1) {
      const start = performance.now()
      const found = await store.lastEvents(`job/trial-${trial}`, 200)
      elapsed.push(performance.now() - start)
      if (found.at(-1)?.seq !== EVENTS_PER_TRIAL || found.length !== 200)
        throw new Error(`trial ${trial} has the wrong events`)
    }
    await store.close()
    return {
      name: `last 200 events of one trial among ${events.toLocaleString('en')}`,
      baseline: 'the target',
      baselineValue: READ_TARGET_MS,
      ourValue: median(elapsed),
      unit: 'ms',
      higherIsBetter: false,
      gate: 1,
      note: `median of ${TRIALS} trials; rebuilt from the files at ${indexedPerSecond.toLocaleString('en')} events/s`,
    }
  })
}

/** A stream of so many events, written without the journal. */
function writeLines(directory: string, count: number): void {
  mkdirSync(directory, { recursive: true })
  const file = openSync(join(directory, 'tbcc.events.jsonl'), 'w')
  const at = createClock().timestamp()
  for (let from = 1; from <= count; from += BATCH) {
    const lines = Array.from(
      { length: Math.min(BATCH, count - from + 1) },
      (_, index) => `${toEventLine(stampEvent(from + index, at, bodyOf(from + index)))}\n`,
    )
    writeSync(file, lines.join(''))
  }
  closeSync(file)
}

function bodyOf(turn: number): TrialEventBody {
  return {
    type: 'message.received',
    turn,
    source: 'agent',
    text: `Looking at part ${turn} of the log, then going on with the next.`,
    reasoning: null,
  }
}

async function perSecond(work: () => Promise<{ count: number; elapsedMs: number }>): Promise<number> {
  const { count, elapsedMs } = await work()
  return (count / elapsedMs) * 1000
}

async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'tbcc-bench-events-'))
  try {
    return await work(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
