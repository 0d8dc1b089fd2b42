import type Database from 'better-sqlite3'
import { createEventTable, type EventTable } from './event-table.ts'
import type { Change, IndexCounts } from './protocol.ts'
import { createRowTables, type RowTables } from './rows.ts'

/** All tables of an open index. */
export interface Tables {
  readonly events: EventTable
  readonly rows: RowTables
  /** State of a job's documents when its rows were last made from them. */
  stamp(jobName: string): string | null
  setStamp(jobName: string, stamp: string): void
  /** Every job that anything is kept of. */
  knownJobs(): readonly string[]
  /** All that is kept of a job. */
  forgetJob(jobName: string): void
  counts(): IndexCounts
  /** Runs as one transaction that others wait for. */
  atOnce(work: () => void): void
}

export function createTables(db: Database.Database): Tables {
  const events = createEventTable(db)
  const rows = createRowTables(db)
  const stamp = db.prepare<[string], string>('SELECT stamp FROM sources WHERE job_name = ?').pluck()
  const setStamp = db.prepare('INSERT OR REPLACE INTO sources VALUES (?, ?)')
  const deleteStamp = db.prepare('DELETE FROM sources WHERE job_name = ?')
  const known = db
    .prepare<[], string>(
      "SELECT job_name FROM jobs UNION SELECT job_name FROM sources UNION SELECT substr(name, 1, instr(name || '/', '/') - 1) FROM streams",
    )
    .pluck()
  const counts = db.prepare<[], IndexCounts>(
    'SELECT (SELECT count(*) FROM jobs) AS jobs, (SELECT count(*) FROM trials) AS trials, (SELECT count(*) FROM events) AS events',
  )
  const transact = db.transaction((work: () => void) => work())
  return {
    events,
    rows,
    stamp: (jobName) => stamp.get(jobName) ?? null,
    setStamp: (jobName, value) => void setStamp.run(jobName, value),
    knownJobs: () => known.all(),
    forgetJob(jobName) {
      rows.deleteJob(jobName)
      rows.deleteTrials(jobName)
      deleteStamp.run(jobName)
      for (const stream of events.streamsOf(jobName)) events.deleteStream(stream)
    },
    counts: () => counts.get() ?? { jobs: 0, trials: 0, events: 0 },
    atOnce: (work) => transact.immediate(work),
  }
}

/** Applies one change. */
export function applyChange(tables: Tables, change: Change): void {
  switch (change.kind) {
    case 'events':
      return tables.events.put(change)
    case 'job':
      return tables.rows.putJob(change.row)
    case 'trial':
      return tables.rows.putTrial(change.row)
    case 'truncate':
      return tables.events.truncate(change.stream, change.lastSeq)
    case 'delete-trial':
      tables.rows.deleteTrial(change.jobName, change.trialName)
      return tables.events.deleteStream(`${change.jobName}/${change.trialName}`)
    case 'delete-job':
      return tables.forgetJob(change.jobName)
  }
}
